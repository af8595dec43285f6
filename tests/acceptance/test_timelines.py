"""`superwhite lift --timeline`, from file to file, judged by OpenTimelineIO reading the result."""

from __future__ import annotations

import json
from pathlib import Path

import opentimelineio as otio
import pytest

from tests.acceptance.terminal import SAMPLE

RATE = 25


def time(frames):
    return otio.opentime.RationalTime(frames, RATE)


def span(start, frames):
    return otio.opentime.TimeRange(time(start), time(frames))


def media(path=SAMPLE):
    return otio.schema.ExternalReference(Path(path).as_uri(), span(0, 132))


def cut(path, *clips):
    """One video track: ten frames of the sample's start, a hole of five, twelve frames from its frame 60."""
    timeline = otio.schema.Timeline("cut")
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    track.extend(
        clips
        or [
            otio.schema.Clip("open", media(), span(0, 10)),
            otio.schema.Gap(source_range=span(0, 5)),
            otio.schema.Clip("bunny", media(), span(60, 12)),
        ]
    )
    otio.adapters.write_to_file(timeline, str(path))
    return path


def video_tracks(path):
    timeline = otio.adapters.read_from_file(str(path))
    timeline = timeline if isinstance(timeline, otio.schema.Timeline) else timeline[0]
    return [track for track in timeline.tracks if track.kind == otio.schema.TrackKind.Video]


def record(clip):
    start = clip.transformed_time_range(clip.trimmed_range(), clip.parent()).start_time
    return round(start.rescaled_to(RATE).value), round(clip.trimmed_range().duration.rescaled_to(RATE).value)


@pytest.mark.parametrize("suffix", [".otio", ".fcpxml", ".xml"])
def test_hdr_clips_lie_above_at_the_same_frames_and_sources_are_off(terminal, tmp_path, suffix):
    source = cut(tmp_path / f"my cut ü{suffix}")
    before = source.read_bytes()
    outcome = terminal.run(
        "lift", "--timeline", source, "--select", "all", "--handles", "3", "--out", tmp_path / "out", "--json"
    )
    assert outcome.code == 0, outcome.err
    assert source.read_bytes() == before
    answer = outcome.json
    opening, bunny = answer["clips"]
    # No frames lie before the first of the medium.
    assert (opening["first"], opening["last"], opening["handles_before"], opening["handles_after"]) == (0, 12, 0, 3)
    assert (bunny["first"], bunny["last"], bunny["handles_before"], bunny["handles_after"]) == (57, 74, 3, 3)
    assert Path(bunny["directory"]).name == "bunny_hdr_v001"
    sources, lifted = video_tracks(answer["timeline"])
    assert [record(clip) for clip in lifted.find_clips()] == [(0, 10), (15, 12)]
    assert [record(clip) for clip in sources.find_clips()] == [(0, 10), (15, 12)]
    # The adapters of the XML formats read no `enabled`: there the file itself is looked at.
    text = Path(answer["timeline"]).read_text(encoding="utf-8")
    match suffix:
        case ".otio":
            assert not any(clip.enabled for clip in sources.find_clips())
            assert all(clip.enabled for clip in lifted.find_clips())
        case ".fcpxml":
            assert text.count('enabled="0"') == 2
        case _:
            assert text.count("<enabled>FALSE</enabled>") == 2


def test_an_otio_timeline_names_the_sequence_and_its_trim(terminal, tmp_path):
    source = cut(tmp_path / "cut.otio")
    answer = terminal.run(
        "lift", "--timeline", source, "--select", "bunny", "--handles", "3", "--out", tmp_path / "out", "--json"
    ).json
    (clip,) = video_tracks(answer["timeline"])[1].find_clips()
    reference = clip.media_reference
    assert isinstance(reference, otio.schema.ImageSequenceReference)
    (lifted,) = answer["clips"]
    assert Path(reference.target_url_for_image_number(0).removeprefix("file://")).name == lifted["pattern"] % 57
    assert round(clip.source_range.start_time.value) == 60
    assert clip.metadata["superwhite"]["color"] == "lin_rec709"
    (sidecar,) = Path(lifted["directory"]).glob("*.json")
    assert json.loads(sidecar.read_text())["request"]["source"]["cut"]["name"] == "bunny"


def test_an_edl_gets_the_hdr_clips_in_the_sources_places(terminal, tmp_path):
    source = tmp_path / "list.edl"
    source.write_text(
        "TITLE: list\nFCM: NON-DROP FRAME\n\n"
        "001  AX  V  C  00:00:02:10 00:00:02:22 01:00:00:00 01:00:00:12\n"
        f"* FROM CLIP NAME: bunny\n* FROM CLIP: {SAMPLE}\n"
    )
    outcome = terminal.run("lift", "--timeline", source, "--fps", "25", "--out", tmp_path / "out", "--json")
    assert outcome.code == 0, outcome.err
    assert "one video track" in outcome.err
    (lifted,) = outcome.json["clips"]
    assert (lifted["first"], lifted["last"]) == (60, 71)
    text = Path(outcome.json["timeline"]).read_text()
    assert "01:00:00:00 01:00:00:12" in text
    assert "bunny_hdr_v001" in text


@pytest.mark.parametrize(
    ("make", "arguments", "kind", "code"),
    [
        (lambda p: cut(p), ("--select", "buny"), "TimelineClipUnknown", 72),
        (
            lambda p: cut(p, otio.schema.Clip("gone", media("/nowhere/gone.mov"), span(0, 5))),
            (),
            "TimelineUnsupported",
            71,
        ),
        (lambda p: p.write_text("{ not a timeline"), (), "TimelineUnreadable", 70),
        (lambda p: p.write_bytes(b""), (), "TimelineUnreadable", 70),
    ],
)
def test_what_cannot_be_lifted_is_said(terminal, tmp_path, make, arguments, kind, code):
    source = tmp_path / "cut.otio"
    make(source)
    outcome = terminal.run("lift", "--timeline", source, *arguments, "--out", tmp_path / "out", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (code, kind), outcome.err
    assert not (tmp_path / "out").exists()


def test_a_range_beyond_the_medium_is_said_and_the_others_are_finished(terminal, tmp_path):
    source = cut(
        tmp_path / "cut.otio",
        otio.schema.Clip("good", media(), span(0, 4)),
        otio.schema.Clip("late", otio.schema.ExternalReference(SAMPLE.as_uri()), span(130, 9)),
    )
    outcome = terminal.run("lift", "--timeline", source, "--out", tmp_path / "out", "--json")
    assert outcome.code == 25, outcome.err
    assert [clip["state"] for clip in outcome.json["clips"]] == ["ready", "failed"]
    assert len(video_tracks(outcome.json["timeline"])[1].find_clips()) == 1
