"""Results on a timeline: colour, tracks, conflicts, all or nothing, and back again."""

from __future__ import annotations

import pytest

from bridge.domain.host import HostFailure
from plugin.hosting.journal import INTENDED, PLACED, REVERTED
from tests.fakes.hiero import media, timeline


def tracks(bench):
    return [(track.name, [item.name for item in track.items]) for track in bench.timeline._tracks]


def results(bench):
    return [item for track in bench.timeline.videoTracks()[1:] for item in track.items()]


@pytest.fixture
def clip(one):
    (found,) = one.clips(one.sequence())
    return found


@pytest.fixture
def source(one, clip):
    return one.track.items()[0]


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("lin_rec709", "Utility - Linear - sRGB"),
        ("lin_rec2020", "Utility - Linear - Rec.2020"),
        ("acescg", "ACES - ACEScg"),
        ("aces2065-1", "ACES - ACES2065-1"),
    ],
)
def test_the_colour_is_named_never_left_to_a_role(one, clip, color, name):
    one.place(one.result(clip.id, color=color))
    assert results(one)[0].source().sourceMediaColourTransform() == name


def test_nukes_own_management_knows_one_gamut(one, clip, monkeypatch):
    monkeypatch.setattr(media, "ACES", media.NUKE_DEFAULT)
    before = one.layout()
    with pytest.raises(HostFailure, match="no colour space for ACEScg"):
        one.place(one.result(clip.id, color="acescg"))
    assert one.layout() == before
    assert one.project.clipsBin().bins()[0].clips() == ()
    one.place(one.result(clip.id))
    assert results(one)[0].source().sourceMediaColourTransform() == "linear"


def test_a_colour_that_hiero_does_not_take_is_refused(one, clip, monkeypatch):
    before = one.layout()
    monkeypatch.setattr(media.ClipData, "__init__", _fixed(media.ClipData.__init__))
    with pytest.raises(HostFailure, match="does not read the result as"):
        one.place(one.result(clip.id))
    assert one.layout() == before


def _fixed(init):
    def made(self, *arguments, **more):
        init(self, *arguments, **more)
        self.fixed = True

    return made


def test_a_movie_is_read_as_its_source_is(one):
    item = one.movie(start=10, used=5)
    item._data.source._data.colour = "Output - Rec.709"
    (clip,) = one.clips(item)
    one.place(one.result(clip.id, first=0, frames=9, before=2, after=2, name="a_inpaint.mov", color="rec709"))
    (made,) = results(one)
    assert made.source().sourceMediaColourTransform() == "Output - Rec.709"
    assert (made.sourceIn(), made.sourceOut()) == (2, 6)


@pytest.mark.parametrize("refused", ["addTrackItem", "setEnabled", "addTrack"])
def test_what_hiero_does_not_do_is_noticed_and_taken_back(one, clip, refused):
    before = one.layout()
    one.app.refused.add(refused)
    with pytest.raises(HostFailure):
        one.place(one.result(clip.id))
    one.app.refused.clear()
    assert one.layout() == before
    assert one.project.clipsBin().bins()[0].clips() == ()
    assert one.journal.entries(one.project.path()) == []


def test_a_clip_that_was_trimmed_since(one, clip, source):
    source._data.times[1] -= 1
    source._data.times[3] -= 1
    before = one.layout()
    with pytest.raises(HostFailure, match="does not have the frames"):
        one.place(one.result(clip.id))
    assert one.layout() == before


def test_a_locked_track_is_told_before_anything_is_done(one, clip, source):
    source._data.track.locked = True
    with pytest.raises(HostFailure, match="“V1” is locked"):
        one.place(one.result(clip.id))
    assert one.app.steps == []


def test_a_project_that_cannot_be_edited(one, clip):
    one.project._editable = False
    with pytest.raises(HostFailure, match="cannot be changed"):
        one.place(one.result(clip.id))


def test_a_free_track_of_ours_is_used_again(one):
    first, second, over = one.movie(at=100), one.movie(name="b.mov", at=200), one.movie(name="c.mov", at=300)
    clips = one.clips(first, second, over)
    one.place(*(one.result(clip.id, f"j{number}") for number, clip in enumerate(clips)))
    assert tracks(one) == [("V1", ["A001.mov", "b.mov", "c.mov"]), ("Superwhite HDR", ["A001.mov", "b.mov", "c.mov"])]


def test_what_lies_on_a_track_of_ours_is_never_cut(one, clip):
    one.place(one.result(clip.id, "j1"))
    (first,) = results(one)
    length = (first.timelineIn(), first.timelineOut())
    one.place(one.result(clip.id, "j2"))
    assert [name for name, _ in tracks(one)] == ["V1", "Superwhite HDR", "Superwhite HDR"]
    assert (first.timelineIn(), first.timelineOut()) == length


def test_a_track_of_ours_below_the_source_is_not_above_it(one):
    one.timeline._tracks = [timeline.TrackData("Superwhite HDR", sequence=one.timeline), *one.timeline._tracks]
    (clip,) = one.clips(one.movie(track=1))
    assert clip.track == 2
    one.place(one.result(clip.id))
    assert [name for name, _ in tracks(one)] == ["Superwhite HDR", "V1", "Superwhite HDR"]


def test_what_the_new_track_covers_is_told(one):
    one.timeline._tracks.append(timeline.TrackData("Titles", sequence=one.timeline))
    one.movie(name="title.mov", at=102, track=1)
    (clip,) = one.clips(one.movie(at=100))
    placing = one.place(one.result(clip.id))
    assert placing.notes == ("“Superwhite HDR” lies above Titles: move it down where it hides something.",)


def test_a_transition_is_told(one, clip, source):
    source._data.out = timeline.Transition(86403, 86406)
    assert "transition at “plate” was not copied" in one.place(one.result(clip.id)).notes[0]


def test_all_results_of_an_order_or_none(one):
    clips = one.clips(one.movie(at=100), one.movie(name="b.mov", at=200))
    before = one.layout()
    with pytest.raises(HostFailure):
        one.place(one.result(clips[0].id, "j1"), one.result(clips[1].id, "j2", frames=3))
    assert one.layout() == before
    assert one.journal.entries(one.project.path()) == []


def test_frames_that_are_missing_on_the_drive(one, clip):
    result = one.result(clip.id)
    (one.folder / "results_j1" / "plate_hdr_j1.00001005.exr").unlink()
    with pytest.raises(HostFailure, match="not where it was written"):
        one.place(result)


def test_hiero_sees_other_frames_than_were_made(one, clip):
    result = one.result(clip.id)
    folder = one.folder / "results_j1"
    (folder / f"plate_hdr_j1.{result.last + 1:08d}.exr").write_bytes(
        (folder / "plate_hdr_j1.00001005.exr").read_bytes()
    )
    with pytest.raises(HostFailure, match="does not find all frames"):
        one.place(result)


def test_a_job_that_lies_where_it_should_changes_nothing(one, clip):
    (first,) = one.place(one.result(clip.id)).placed
    before = one.layout()
    placing = one.place(one.result(clip.id))
    assert placing.placed == (first,)
    assert "on the timeline already" in placing.sentence
    assert one.layout() == before


def test_a_crash_between_intent_and_deed(one, clip):
    (placed,) = one.place(one.result(clip.id)).placed
    entry = one.journal.read(placed.placement)
    one.journal.turned(entry, INTENDED, made={})
    assert one.place(one.result(clip.id)).placed == (placed,)
    assert one.journal.read(placed.placement).phase == PLACED
    one.journal.turned(entry, INTENDED, made={})
    assert "taken off" in one.do("revert", (placed.placement,))


def test_conflicts(one, clip, source):
    before = one.layout()
    (first,) = one.place(one.result(clip.id, "j1")).placed
    skipped = one.place(one.result(clip.id, "j2"), conflict="skip")
    assert (skipped.placed[0].placement, skipped.sentence) == ("", "Nothing was changed: there are earlier results.")
    (second,) = one.place(one.result(clip.id, "j3"), conflict="replace").placed
    assert tracks(one) == [("V1", ["plate"]), ("Superwhite HDR", ["plate"])]
    assert one.journal.read(first.placement).phase == REVERTED
    assert not source.isEnabled()
    # The source was enabled before the first of them.
    one.do("revert", (second.placement,))
    assert source.isEnabled()
    without_bin = before
    assert one.layout() == without_bin


def test_a_replacement_that_fails_leaves_the_earlier_result(one, clip):
    one.place(one.result(clip.id, "j1"))
    (first,) = results(one)
    times = list(first._data.times)
    with pytest.raises(HostFailure, match="no colour space for nonsense"):
        one.place(one.result(clip.id, "j2", color="nonsense"), conflict="replace")
    assert [each._data.times for each in results(one)] == [times]
    assert one.journal.entries(one.project.path())[0].phase == PLACED


def test_an_earlier_result_comes_back_when_its_place_cannot_be_taken(one, clip, monkeypatch):
    one.place(one.result(clip.id, "j1"))
    (first,) = results(one)
    add = timeline.VideoTrack.addTrackItem

    def cut_short(self, clip):
        made = add(self, clip)
        if len(self._data.items) == 1 and clip._data.source is not first._data.source:
            clip._data.times[1] -= 1
        return made

    monkeypatch.setattr(timeline.VideoTrack, "addTrackItem", cut_short)
    with pytest.raises(HostFailure, match="did not put the result"):
        one.place(one.result(clip.id, "j2"), conflict="replace")
    (again,) = results(one)
    assert again._data.times == first._data.times
    assert again.source().guid() == first.source().guid()


def test_stacked_results_are_taken_off_in_any_order(one, clip, source):
    before = one.layout()
    (first,) = one.place(one.result(clip.id, "j1")).placed
    (second,) = one.place(one.result(clip.id, "j2")).placed
    one.do("revert", (first.placement,))
    assert not source.isEnabled()
    one.do("revert", (second.placement,))
    assert source.isEnabled()
    assert one.layout() == before


def test_a_source_that_was_disabled_before_stays_so(one, clip, source):
    source._data.enabled = False
    (placed,) = one.place(one.result(clip.id)).placed
    one.do("revert", (placed.placement,))
    assert not source.isEnabled()


# Taking back


@pytest.fixture
def placed(one, clip):
    return one.place(one.result(clip.id)).placed[0].placement


def test_after_a_restart_and_a_new_name(one, placed, source):
    one.project._path = str(one.folder / "cut_v2.hrox")
    one.host.facts  # noqa: B018 - the panel is closed and opened again
    assert "taken off" in one.do("revert", (placed,))
    assert source.isEnabled()


def test_a_project_that_is_not_open(one, placed, clip):
    one.app.opened = [one.app.project("other", "/projects/other.hrox")]
    one.host = one.adapter()
    with pytest.raises(HostFailure, match=r"“cut\.hrox” is not open"):
        one.do("revert", (placed,))
    with pytest.raises(HostFailure, match=r"“cut\.hrox” is not open"):
        one.place(one.result(clip.id, "j2"))


def test_the_project_need_not_be_in_front(one, clip):
    other = one.app.project("other", "/projects/other.hrox")
    one.app.sequence(other)
    assert one.do("facts").project_title == "other"
    assert one.place(one.result(clip.id)).placed[0].placement
    assert results(one)


def test_projects_without_a_file_are_told_apart(one):
    first, second = one.app.project("a", ""), one.app.project("b", "")
    assert one.host._projects.id_of(first) != one.host._projects.id_of(second)


def test_a_result_that_was_deleted_by_hand(one, placed, source):
    (made,) = results(one)
    with one.project.beginUndo("by hand"):
        made.parentTrack().removeItem(made)
    sentence = one.do("revert", (placed,))
    assert sentence.startswith("Nothing was left to take back")
    assert source.isEnabled()


def test_a_source_that_was_enabled_or_deleted_by_hand(one, placed, source):
    source._data.enabled = True
    assert "taken off" in one.do("revert", (placed,))
    assert source.isEnabled()


def test_a_source_that_was_deleted_by_hand(one, placed, source):
    source._data.track.items.remove(source._data)
    assert "The clip itself is not on the timeline any more." in one.do("revert", (placed,))


def test_a_result_that_was_moved_by_hand(one, placed):
    (made,) = results(one)
    made._data.times[0] += 10
    made._data.times[1] += 10
    assert "“plate” had been moved or trimmed by hand." in one.do("revert", (placed,))
    assert tracks(one) == [("V1", ["plate"])]


def test_a_locked_track_of_ours(one, placed):
    one.timeline._tracks[1].locked = True
    with pytest.raises(HostFailure, match="“Superwhite HDR” is locked"):
        one.do("revert", (placed,))
    assert one.journal.read(placed).phase == PLACED


def test_a_track_of_ours_with_something_else_on_it_stays(one, placed):
    one.movie(name="title.mov", at=10, track=1)
    one.do("revert", (placed,))
    assert tracks(one) == [("V1", ["plate"]), ("Superwhite HDR", ["title.mov"])]


def test_a_clip_that_is_used_elsewhere_stays_in_the_bin(one, placed):
    (made,) = results(one)
    other = one.movie(name="b.mov", at=10)
    other._data.source = made.source()
    assert "stays in the bin: it is used elsewhere" in one.do("revert", (placed,))
    assert len(one.project.clipsBin().bins()[0].clips()) == 1


def test_what_is_linked_to_a_result_is_not_removed_with_it(one, placed):
    (made,) = results(one)
    other = one.movie(name="b.mov", at=10)
    made._data.linked.append(other)
    one.do("revert", (placed,))
    assert ("V1", ["plate", "b.mov"]) in tracks(one) or ("V1", ["b.mov", "plate"]) in tracks(one)


def test_a_source_on_a_locked_track_stays_disabled_and_it_is_told(one, placed, source):
    source._data.track.locked = True
    assert "stays disabled: its track is locked" in one.do("revert", (placed,))


def test_what_an_undo_has_brought_back_is_taken_off_again(one, placed, source):
    (made,) = results(one)
    kept, track = made._data, made._data.track
    one.do("revert", (placed,))
    one.timeline._tracks.append(track)
    track.items, kept.track, track.sequence = [kept], track, one.timeline
    assert "taken off" in one.do("revert", (placed,))
    assert tracks(one) == [("V1", ["plate"])]


def test_a_placement_that_nobody_knows(one):
    assert one.do("revert", ("feedc0de",)).startswith("Nothing was left")


def test_a_clip_that_is_gone(one):
    with pytest.raises(HostFailure, match="not on its timeline any more"):
        one.place(one.result("{guid-nobody}"))
