"""Several results for one clip: each on a track of its own, the last on top."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import opentimelineio as otio
import pytest

from bridge.domain.color import OutputColor
from bridge.domain.job import Deliverable
from bridge.domain.timeline import PlacedClip
from bridge.timelines.place import write_timeline
from bridge.timelines.read import read_timeline

RATE = 24


def span(start, frames):
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, RATE), otio.opentime.RationalTime(frames, RATE))


@pytest.fixture
def medium(tmp_path):
    path = tmp_path / "plate.mov"
    path.write_bytes(b"x")
    return path


def result(folder, name, first, frames):
    directory = folder / name
    return Deliverable(
        directory=directory,
        pattern=f"{name}.%08d.exr",
        first=first,
        last=first + frames - 1,
        frames=frames,
        width=64,
        height=48,
        color=OutputColor.LIN_REC709,
        reference_white=203,
        sidecar=directory / f"{name}.json",
        review=None,
        poster=None,
        master=None,
    )


def placed(folder, clip, name, first, frames):
    return PlacedClip(clip=clip, deliverable=result(folder, name, first, frames), handles_before=0, handles_after=0)


def cut(path, medium):
    """`low` from frame 0 to 30; `high` over it from 10 to 20, on the second track; `alone` from 40 to 52."""

    def shot(name, start, frames):
        return otio.schema.Clip(
            name, otio.schema.ExternalReference(medium.as_uri(), span(0, 500)), span(start, frames)
        )

    timeline = otio.schema.Timeline("cut")
    for name, items in (
        ("V1", [shot("low", 0, 30), otio.schema.Gap(source_range=span(0, 10)), shot("alone", 200, 12)]),
        ("V2", [otio.schema.Gap(source_range=span(0, 10)), shot("high", 100, 10)]),
    ):
        track = otio.schema.Track(name, kind=otio.schema.TrackKind.Video)
        track.extend(items)
        timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))
    return path


def layers(path):
    """From the bottom: the clips of each video track with their record ranges."""
    timeline = otio.adapters.read_from_file(str(path))
    return [
        [
            (
                clip.name,
                round(where.start_time.rescaled_to(RATE).value),
                round(where.duration.rescaled_to(RATE).value),
            )
            for clip in track.find_clips()
            for where in [clip.range_in_parent()]
        ]
        for track in timeline.tracks
        if track.kind == otio.schema.TrackKind.Video
    ]


@pytest.mark.parametrize("suffix", [".otio", ".xml", ".fcpxml"])
def test_a_later_result_lies_above_the_earlier_one_of_its_clip(tmp_path, medium, suffix):
    source = cut(tmp_path / f"cut{suffix}", medium)
    lifts = [
        placed(tmp_path, "V1/1", "low_hdr_v001", 0, 30),
        placed(tmp_path, "V1/2", "alone_hdr_v001", 200, 12),
        placed(tmp_path, "V1/1", "low_hdr_v002", 0, 30),
        placed(tmp_path, "V1/1", "low_hdr_v003", 0, 30),
    ]
    written = write_timeline(source, lifts, tmp_path / f"new{suffix}")
    assert layers(written.path)[2:] == [
        [("low_hdr_v001", 0, 30), ("alone_hdr_v001", 40, 12)],
        [("low_hdr_v002", 0, 30)],
        [("low_hdr_v003", 0, 30)],
    ]
    again = {clip.name: clip for clip in read_timeline(written.path).clips}
    assert [name for name, clip in again.items() if not clip.enabled] == ["low", "alone"]
    assert all("Superwhite" in clip.reason for name, clip in again.items() if "_hdr_" in name)
    if suffix != ".otio":
        ids = [each.get("id") for each in ElementTree.parse(written.path).iter() if each.get("id")]
        defined = [each for each in ids if each.startswith(("superwhite-", "r"))]
        assert len(set(defined)) == len(defined)


def test_all_results_of_a_lower_clip_stay_below_those_of_a_higher_one(tmp_path, medium):
    source = cut(tmp_path / "cut.otio", medium)
    lifts = [
        placed(tmp_path, "V2/1", "high_hdr_v001", 100, 10),
        placed(tmp_path, "V1/1", "low_hdr_v001", 0, 30),
        placed(tmp_path, "V1/1", "low_hdr_v002", 0, 30),
    ]
    found = layers(write_timeline(source, lifts, tmp_path / "new.otio").path)[2:]
    assert [[name for name, *_ in layer] for layer in found] == [
        ["low_hdr_v001"],
        ["low_hdr_v002"],
        ["high_hdr_v001"],
    ]


def test_an_edl_has_one_track_and_takes_the_last(tmp_path, medium):
    source = tmp_path / "cut.edl"
    source.write_text(
        f"TITLE: x\n\n001  AX  V  C  00:00:04:04 00:00:05:04 01:00:00:00 01:00:01:00\n* FROM CLIP: {medium}\n"
    )
    lifts = [placed(tmp_path, "V1/1", f"a_hdr_v00{version}", 300, 24) for version in (1, 2)]
    written = write_timeline(source, lifts, tmp_path / "new.edl", Fraction(RATE))
    text = written.path.read_text()
    assert "a_hdr_v001" not in text
    # File number 300 is 12 s and 12 frames at 24 a second; moved once, and not twice.
    assert "a_hdr_v002 V     C        00:00:12:12 00:00:13:12 01:00:00:00 01:00:01:00" in text
    assert [note for note in written.warnings if "“a_hdr_v001” is not in the new list" in note]
