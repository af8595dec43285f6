"""What is selected on a timeline, as clips: frames, rates, media, and all that is no clip."""

from __future__ import annotations

import pytest

from bridge.domain.cut import lift_range
from bridge.domain.host import HostFailure
from bridge.domain.hosted import timeline_clip
from tests.fakes.hiero import media, timeline


def test_a_movie_counts_from_its_first_frame(bench):
    (clip,) = bench.clips(bench.movie(start=10, used=5, at=100))
    assert (clip.source_start, clip.source_end, clip.media_start_known) == (10, 15, True)
    assert (clip.record_start, clip.record_end, clip.track, clip.track_name) == (100, 105, 1, "V1")
    assert clip.media.endswith("A001.mov")


def test_numbering_from_86400_and_a_timeline_at_one_hour(one):
    (clip,) = one.clips(one.sequence(first=86400, last=86420, start=3, frames=6, at=86400))
    assert (clip.source_start, clip.source_end, clip.record_start) == (86403, 86409, 86400)


def test_23_976_on_24_is_frame_for_frame(one):
    from fractions import Fraction

    (clip,) = one.clips(one.movie(rate=media.TimeBase(24000, 1001), start=10, used=5))
    assert (clip.rate, clip.source_rate) == ("24", "24000/1001")
    part = lift_range(timeline_clip(clip), 86400, Fraction(24000, 1001), 50, 2)
    assert (part.used.start, part.used.end, part.before, part.after) == (10, 15, 2, 2)


def test_drop_frame_timelines_count_frames(one):
    one.timeline._rate = media.TimeBase(30000, 1001)
    (clip,) = one.clips(one.movie(rate=media.TimeBase(30000, 1001), at=107892))
    assert (clip.rate, clip.record_start) == ("30000/1001", 107892)


def test_a_sequence_without_a_rate_is_frame_for_frame_at_any_rate_of_the_timeline(one):
    from fractions import Fraction

    one.timeline._rate = media.TimeBase(25)
    (clip,) = one.clips(one.sequence(first=1001, last=1020, start=2, frames=5, suffix="dpx"))
    part = lift_range(timeline_clip(clip), 1001, Fraction(24), 20, 0)
    assert (part.used.start, part.used.end) == (2, 7)


@pytest.mark.parametrize(
    ("speed", "times", "reason"),
    [
        (2.0, (0, 4, 0, 8), "retimed"),
        (-1.0, (0, 4, 4, 0), "reversed"),
        (0.0, (0, 4, 2, 2), "freeze frame"),
        (1.0, (0, 4, 0.5, 4.5), "between two frames"),
        (1.0, (0, 4, 0, 6), "retimed"),
    ],
)
def test_what_does_not_show_its_media_frame_for_frame(one, speed, times, reason):
    item = one.movie()
    item._data.times, item._data.speed = list(times), speed
    (clip,) = one.clips(item)
    assert (clip.liftable, clip.exportable) == (False, False)
    assert reason in clip.reason


def test_a_time_warp(one):
    item = one.movie()
    item._data.linked = [timeline.EffectTrackItem("Grade")]
    assert one.clips(item)[0].liftable
    item._data.linked.append(timeline.EffectTrackItem("TimeWarp"))
    assert "TimeWarp" in one.clips(item)[0].reason


def test_transitions_reveal_frames_beyond_the_cut(one):
    item = one.movie(start=10, used=5, at=100)
    item._data.into, item._data.out = timeline.Transition(98, 101), timeline.Transition(103, 107)
    (clip,) = one.clips(item)
    assert (clip.reveal_before, clip.reveal_after) == (2, 3)
    assert (clip.source_start, clip.source_end) == (8, 18)
    assert (clip.record_start, clip.record_end) == (100, 105)


def test_a_fade_reveals_nothing(one):
    item = one.movie(start=10, used=5, at=100)
    item._data.into = timeline.Transition(100, 103)
    assert one.clips(item)[0].reveal_before == 0


def test_sound_transitions_and_effects_are_left_out(one):
    item, sound = one.movie(), one.movie(name="b.mov", at=200)
    sound._data.kind = timeline.MediaType.kAudio
    others = [timeline.Transition(1, 2), timeline.EffectTrackItem("Grade")]
    (clip,) = one.clips(item, sound, *others)
    assert clip.name == "A001.mov"
    for selected, note in (
        ([sound], "Only sound is selected"),
        (others, "Transitions and effects cannot be lifted"),
        ([], "Select clips on the timeline"),
    ):
        one.app.selected = selected
        found = one.do("selection")
        assert found.clips == ()
        assert note in found.notes[0]


def test_no_timeline_is_open(one):
    one.app.active = None
    assert "Open a sequence" in one.do("selection").notes[0]
    assert one.do("facts").project == one.project.path()


def test_no_project_is_open(one):
    one.app.active, one.app.opened = None, []
    facts = one.do("facts")
    assert (facts.project, facts.project_title) == ("", "")


def test_offline_nested_generated_comps_and_spanned(one):
    offline, nested, generated = one.movie(), one.movie(name="n.mov", at=200), one.movie(name="g.mov", at=300)
    comp, spanned, views = (
        one.movie(name="c.nk", at=400),
        one.movie(name="s.mov", at=500),
        one.movie(name="v.mov", at=600),
    )
    (one.folder / "media" / "A001.mov").unlink()
    nested._data.source = timeline.Sequence("inner")
    generated._data.source._data.media._null = True
    spanned._data.source._data.media._fragments = 2
    views._data.source._data.media._path = str(one.folder / "media" / "%V.mov")
    reasons = [clip.reason for clip in one.clips(offline, nested, generated, comp, spanned, views)]
    for reason, part in zip(
        reasons,
        (
            "offline: “A001.mov”",
            "nested sequence",
            "has no media",
            "Nuke comp",
            "several files",
            "file for each view",
        ),
        strict=True,
    ):
        assert part in reason


def test_a_disabled_track_or_clip(one):
    item = one.movie()
    assert one.clips(item)[0].enabled
    item._data.track.enabled = False
    assert not one.clips(item)[0].enabled


def test_unicode_everywhere(one):
    item = one.sequence(name="プレート é")
    (clip,) = one.clips(item)
    assert (clip.liftable, clip.name) == (True, "プレート é")
    placing = one.place(one.result(clip.id, name="プレート_hdr.%08d.exr"))
    assert placing.placed[0].placement


def test_an_item_that_is_deleted_between_two_slices(one):
    from plugin.hiero import host

    slow = host._SLICE_SECONDS
    host._SLICE_SECONDS = 0.0
    try:
        first, gone = one.movie(), one.movie(name="b.mov", at=200)
        one.app.selected = [first, gone]
        gone._data.track = None
        assert [clip.name for clip in one.do("selection").clips] == ["A001.mov"]
    finally:
        host._SLICE_SECONDS = slow


def test_the_revision_changes_with_the_selection_only(one):
    item = one.movie()
    one.app.selected = [item]
    first = one.do("selection").revision
    assert one.do("selection").revision == first
    item._data.times[0] += 1
    assert one.do("selection").revision != first


def test_what_it_is(bench):
    facts = bench.do("facts")
    assert (facts.name, facts.project_title) == ("hiero", "cut")
    assert facts.title in ("Nuke Studio", "Hiero")
    assert (facts.abilities.place, facts.abilities.export, facts.abilities.masks) == (True, False, False)
    for call in (("export", "x", "/tmp", 0), ("export_mask", "x", "m", "/tmp")):
        with pytest.raises(HostFailure) as caught:
            bench.do(*call)
        assert caught.value.kind == "unsupported"


def test_a_busy_hiero_is_told(one):
    one.app.busy = True
    with pytest.raises(HostFailure, match="is busy"):
        one.do("facts")
