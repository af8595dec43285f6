"""What is selected in Resolve, as clips that can be lifted or with the reason why not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bridge.domain.cut import TimelineClip, lift_range
from bridge.domain.host import HostFailure
from bridge.media.clip import open_clip
from tests.clips import write_exr, write_movie, write_numbered, write_numbered_pngs
from tests.fakes.resolve.reel import host_of, pick
from tests.fakes.resolve.stage import Stage


def only(host):
    (clip,) = host.selection().clips
    return clip


def lifted(clip, first, rate, frames, handles=0):
    fields = set(TimelineClip.model_fields)
    return lift_range(
        TimelineClip(**{key: value for key, value in vars(clip).items() if key in fields}),
        first,
        Fraction(rate),
        frames,
        handles,
    )


def test_a_clip_comes_with_its_range_and_its_place(stage, host, footage):
    item = stage.put(stage.media(footage), at=10, source=5, frames=20, track=2)
    pick(stage, item)
    clip = only(host)
    assert (clip.id, clip.media, clip.name) == (item, str(footage), footage.name)
    assert (clip.track, clip.track_name, clip.rate, clip.source_rate) == (2, "Video 2", "24", "24")
    assert (clip.record_start, clip.record_end) == (10, 30)
    assert (clip.source_start, clip.source_end) == (5, 25)
    assert clip.liftable
    assert clip.enabled
    assert lifted(clip, 0, 24, 48, 3).lifted.start == 2


def test_selection_is_asked_for_only_where_it_can_be(stage, host, footage, version):
    """`hasattr` is true for every name: only `dir` tells that older versions do not know the selection."""
    media = stage.media(footage)
    marked, under = stage.put(media, at=0, frames=10), stage.put(media, at=10, frames=10)
    stage.select(marked)
    stage.playhead(12)
    selection = host.selection()
    assert hasattr(stage.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline(), "GetSelectedClips")
    if version in ("20.3", "21.0.2"):
        assert [clip.id for clip in selection.clips] == [under]
        assert "does not say what is selected" in selection.notes[0]
    else:
        assert [clip.id for clip in selection.clips] == [marked]
        assert selection.notes == ()


def test_clips_of_a_colour_come_before_the_playhead(stage, host, footage):
    media = stage.media(footage)
    items = [stage.put(media, at=at, frames=10) for at in (0, 10, 20)]
    stage.playhead(25)
    for item in items[:2]:
        stage.change(item, color="Lime")
    selection = host.selection()
    assert [clip.id for clip in selection.clips] == items[:2]
    assert "Lime" in selection.notes[0]


def test_an_empty_selection_says_what_to_do(stage, host, footage):
    stage.put(stage.media(footage), frames=10)
    stage.playhead(30)
    selection = host.selection()
    assert selection.clips == ()
    assert "Lime" in selection.notes[0]


def test_audio_and_transitions_are_left_out(host, stage, footage):
    media = stage.media(footage)
    video, sound = stage.put(media, frames=10), stage.put(media, frames=10, on="audio")
    dissolve = stage.put(None, at=8, frames=4, track=2, kind="transition", name="Cross Dissolve")
    pick(stage, video, sound, dissolve)
    assert [clip.id for clip in host.selection().clips] == [video]


@pytest.mark.parametrize("version", ["21.0.4", "21.1"], indirect=True)
def test_a_selection_without_video_says_so(host, stage, footage):
    stage.select(stage.put(stage.media(footage), frames=10, on="audio"))
    selection = host.selection()
    assert selection.clips == ()
    assert selection.notes == ("No video clip is selected.",)


@pytest.mark.parametrize(
    ("kind", "said"),
    [("Compound", "compound"), ("Fusion", "fusion"), ("Multicam", "multicam"), ("Timeline", "timeline")],
)
def test_clips_without_a_file_are_rendered(host, stage, kind, said):
    pick(stage, stage.put(stage.media_without_file("Nest", kind), frames=10))
    clip = only(host)
    assert not clip.liftable
    assert clip.exportable
    assert said in clip.reason


def test_a_generator_is_rendered_and_an_adjustment_clip_is_not(host, stage):
    generator = stage.put(None, frames=10, kind="generator", name="Grey Scale")
    adjustment = stage.put(None, at=20, frames=10, kind="generator", name="Adjustment Clip")
    pick(stage, generator, adjustment)
    clips = host.selection().clips
    assert [clip.exportable for clip in clips] == [True, False]
    assert not any(clip.liftable for clip in clips)


@pytest.mark.parametrize(
    ("speed", "frames", "said"), [(200.0, 10, "speed"), (50.0, 40, "speed"), (-100.0, 20, "backwards")]
)
def test_retimes_are_rendered(host, stage, footage, speed, frames, said):
    pick(stage, stage.put(stage.media(footage), source=4, frames=frames, speed=speed))
    clip = only(host)
    assert not clip.liftable
    assert clip.exportable
    assert said in clip.reason


def test_a_ramp_shows_by_its_source_range_alone(host, stage, footage):
    """Ramps are never told: the speed of one may read 100."""
    item = stage.put(stage.media(footage), frames=20)
    stage.change(item, span=33)
    pick(stage, item)
    assert "speed" in only(host).reason


@pytest.mark.parametrize("version", ["21.1"], indirect=True)
def test_a_slight_retime_is_told_by_its_speed(host, stage, footage):
    """Its source range is off by less than those of clips that are not retimed."""
    pick(stage, stage.put(stage.media(footage), frames=20, speed=104.0))
    assert "speed" in only(host).reason


@pytest.mark.parametrize("off", [-1, 1])
def test_source_frames_that_are_off_by_one_are_no_retime(host, stage, footage, off):
    pick(stage, stage.put(stage.media(footage), source=7, frames=20, off_by_one=off))
    clip = only(host)
    assert clip.liftable
    assert (clip.source_start, clip.source_end) == (7, 27)


def test_offline_media_is_told(host, stage, footage, tmp_path):
    moved = tmp_path / "gone.mov"
    moved.write_bytes(footage.read_bytes())
    pick(stage, stage.put(stage.media(moved), frames=10))
    moved.unlink()
    clip = only(host)
    assert (clip.liftable, clip.exportable) == (False, False)
    assert "offline" in clip.reason


def test_raw_and_stills_are_rendered(host, stage, footage):
    raw = stage.put(stage.media(footage, codec="Blackmagic RAW"), frames=10)
    still = stage.put(stage.media(footage, type="Still", frames=1), at=20, frames=10)
    pick(stage, raw, still)
    clips = host.selection().clips
    assert [clip.exportable for clip in clips] == [True, True]
    assert "raw" in clips[0].reason
    assert "still" in clips[1].reason


def test_disabled_clips_are_said_to_be(host, stage, footage):
    pick(stage, stage.put(stage.media(footage), frames=10, enabled=False))
    assert only(host).enabled is False


@pytest.mark.parametrize("first", [1001, 86400])
def test_sequences_count_from_their_files(host, stage, tmp_path, first):
    """Resolve shows a range in brackets, of which others can read nothing, and counts from the file's number."""
    folder = tmp_path / "100% fertig"
    folder.mkdir()
    plane = np.zeros((4, 4), np.float16)
    for number in range(first, first + 12):
        write_exr(folder / f"shöt.{number:06d}.exr", dict.fromkeys("RGB", plane))
    media = stage.media(folder / f"shöt.{first:06d}.exr")
    pick(stage, stage.put(media, source=3, frames=5))
    clip = only(host)
    assert clip.liftable, clip.reason
    assert clip.media == str(folder / f"shöt.[{first:06d}-{first + 11:06d}].exr")
    assert open_clip(Path(clip.media)).facts.frames == 12
    assert (clip.source_start, clip.source_end) == (3, 8)
    assert lifted(clip, first, 24, 12).used.start == 3


def test_digits_that_the_range_does_not_show_are_found_on_the_disk(host, stage, tmp_path):
    write_numbered_pngs(tmp_path / "p_%04d.png", range(1, 6))
    media = stage.media(tmp_path / "p_0001.png", path=str(tmp_path / "p_[1-5].png"))
    pick(stage, stage.put(media, frames=5))
    assert only(host).media == str(tmp_path / "p_[0001-0005].png")


@pytest.mark.parametrize("unit", ["source", "timeline"])
@pytest.mark.parametrize(
    ("media_rate", "timeline_rate", "source", "frames", "wanted"),
    [
        (Fraction(24000, 1001), "24", 5, 20, (5, 25)),
        (Fraction(24), "23.976", 5, 20, (5, 25)),
        (Fraction(50), "25", 20, 10, (20, 40)),
        (Fraction(25), "50", 10, 20, (10, 20)),
        (Fraction(30000, 1001), "29.97 DF", 30, 15, (30, 45)),
    ],
)
def test_rates_that_differ(journal, tmp_path, unit, media_rate, timeline_rate, source, frames, wanted):
    """In which frames the left offset counts shows only by the source start."""
    path = write_numbered(tmp_path / "clip.mov", 60, rate=media_rate)
    stage = Stage("21.1", left_offset=unit)
    stage.project(rate=timeline_rate)
    stage.timeline()
    pick(stage, stage.put(stage.media(path), source=source, frames=frames))
    clip = only(host_of(stage, journal))
    assert clip.liftable, clip.reason
    assert clip.source_rate == str(media_rate)
    assert (clip.source_start, clip.source_end) == wanted
    used = lifted(clip, 0, media_rate, 60).used
    assert (used.start, used.end) == wanted


def test_a_timeline_that_starts_at_an_hour_counts_from_nought(host, stage, footage):
    stage.timeline("Zweite Rolle", start="10:00:00:00")
    pick(stage, stage.put(stage.media(footage), at=7, frames=10))
    clip = only(host)
    assert (clip.record_start, clip.record_end) == (7, 17)


def test_the_revision_changes_with_whatever_changes(host, stage, footage):
    item = stage.put(stage.media(footage), frames=10)
    pick(stage, item)
    first = host.selection().revision
    assert host.selection().revision == first
    stage.change(item, enabled=False)
    assert host.selection().revision != first


def test_masks_come_along(host, stage, footage, tmp_path):
    media = stage.media(footage)
    stage.here["clips"][media]["mattes"] = [str(tmp_path / "roto.mov")]
    item = stage.put(media, at=10, frames=20)
    matte = stage.put(media, at=25, frames=20, track=2, name="Roto Ö")
    stage.put(media, at=50, frames=5, track=2, name="later")
    stage.track(2, name="Shot Matte")
    keyed = stage.put(media, at=60, frames=5, nodes=4)
    pick(stage, item, keyed, matte)
    one, two = host.selection().clips
    assert [(mask.kind, mask.path) for mask in one.masks] == [("matte", str(tmp_path / "roto.mov")), ("matte", "")]
    assert one.masks[1].title == "Roto Ö on Shot Matte"
    assert "alpha" in {mask.kind for mask in two.masks}


def test_no_timeline_and_no_project(host, stage):
    stage.here["timelines"].clear()
    stage.here["timeline"] = None
    with pytest.raises(HostFailure, match="No timeline is open"):
        host.selection()
    stage.doc["current"] = ""
    with pytest.raises(HostFailure, match="No project is open"):
        host.selection()
    facts = host.facts()
    assert (facts.project, facts.title) == ("", "DaVinci Resolve Studio")


def test_two_hundred_clips_take_few_calls(host, stage, footage):
    media = stage.media(footage)
    items = [stage.put(media, at=at * 10, frames=10) for at in range(200)]
    pick(stage, *items)
    stage.state.calls.clear()
    assert len(host.selection().clips) == 200
    assert len(stage.state.calls) < 200 * 25


def test_a_movie_with_sound_is_a_video_clip(host, stage, tmp_path, footage):
    path = write_movie(tmp_path / "ton.mov", _frames(footage), rate=Fraction(24), audio=True)
    pick(stage, stage.put(stage.media(path), frames=4))
    assert only(host).liftable


def _frames(path):
    import av

    with av.open(str(path)) as container:
        return [frame for _, frame in zip(range(6), container.decode(video=0), strict=False)]
