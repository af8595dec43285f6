"""Results on Resolve's timeline: where, at which frames, and how they go again."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

import pytest

from bridge.domain.host import HostFailure
from plugin.hosting.journal import INTENDED, REVERTED
from tests.clips import write_numbered
from tests.fakes.resolve.proxy import make
from tests.fakes.resolve.reel import host_of, order_for, pick, result_for
from tests.fakes.resolve.stage import Stage

MANAGED = {"colorScienceMode": "davinciYRGBColorManagedv2"}


@pytest.fixture
def stage(version):
    """Without advice on colour, which has tests of its own."""
    made = Stage(version)
    made.project(**MANAGED)
    made.timeline()
    return made


@pytest.fixture
def item(stage, footage):
    made = stage.put(stage.media(footage), at=10, source=5, frames=20)
    pick(stage, made)
    return made


@pytest.fixture
def clip(host, item):
    return host.selection().clips[0]


def place(host, *results, **how):
    return host.place(order_for(host, *results, **how))


def laid(stage, track=2):
    (item,) = stage.items(track)
    return item


def test_a_result_lies_above_its_clip_at_the_same_frames(host, stage, item, clip, tmp_path):
    before = copy.deepcopy(stage.picture())
    placing = place(host, result_for(clip, tmp_path))
    made = laid(stage)
    assert (made["start"], made["duration"]) == (86410, 20)
    assert (made["offset"], made["frozen"]) == (2, False)
    assert stage.track_names() == ["Video 1", "Superwhite HDR"]
    assert stage.item(item)["enabled"] is False
    media = stage.here["clips"][made["clip"]]
    assert media["third"]["superwhite.job"] == "job-1"
    assert [marker["customData"] for marker in made["markers"].values()] == [placing.placed[0].placement]
    assert placing.notes == ()
    assert "“Superwhite HDR”" in placing.sentence
    assert host.revert((placing.placed[0].placement,)) == "1 clip was taken out, and the source is as it was."
    assert stage.picture() == before


@pytest.mark.parametrize("first", [1, 1001, 86400])
def test_numbers_of_files_are_what_resolve_counts_from(host, stage, clip, tmp_path, first):
    place(host, result_for(clip, tmp_path, first=first, handles=3))
    made = laid(stage)
    assert (made["offset"], made["duration"], made["frozen"]) == (3, 20, False)


def test_a_sequence_gets_its_rate_back(journal, tmp_path, version):
    """It takes the project's, which is another one here."""
    stage = Stage(version)
    stage.project(rate="25", **MANAGED)
    stage.timeline(rate="50")
    path = write_numbered(tmp_path / "clip.mov", 60, rate=Fraction(50))
    pick(stage, stage.put(stage.media(path), source=10, frames=20))
    host = host_of(stage, journal)
    placing = place(host, result_for(host.selection().clips[0], tmp_path))
    made = laid(stage)
    assert stage.here["clips"][made["clip"]]["rate"] == "50"
    assert (made["offset"], made["duration"]) == (2, 20)
    assert placing.notes == ()


@pytest.mark.parametrize(
    ("media_rate", "timeline_rate", "frames", "length", "short"),
    [
        (Fraction(24000, 1001), "24", 20, 20, False),
        (Fraction(24), "23.976", 20, 20, False),
        (Fraction(25), "24", 23, 23, False),
        (Fraction(30000, 1001), "29.97 DF", 20, 20, False),
    ],
)
@pytest.mark.parametrize("handles", [0, 2])
def test_rates_that_differ(journal, tmp_path, version, media_rate, timeline_rate, frames, length, short, handles):
    stage = Stage(version)
    stage.project(rate=timeline_rate, **MANAGED)
    stage.timeline()
    path = write_numbered(tmp_path / "clip.mov", 60, rate=media_rate)
    pick(stage, stage.put(stage.media(path), source=5, frames=frames))
    host = host_of(stage, journal)
    placing = place(host, result_for(host.selection().clips[0], tmp_path, handles=handles))
    made = laid(stage)
    # Rounded down between rates: without handles there is no frame to make good for it.
    missing = 0 if handles or made["duration"] == length else 1
    assert made["duration"] == length - missing
    assert len(placing.notes) == missing


def test_a_movie_counts_from_nought(host, stage, item, clip, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    write_numbered(folder / "inpainted.mov", 24, rate=Fraction(24))
    movie = replace(
        result_for(clip, tmp_path), directory=str(folder), pattern="inpainted.mov", first=0, last=23, color="rec709"
    )
    placing = place(host, movie)
    made = laid(stage)
    assert (made["offset"], made["duration"]) == (2, 20)
    assert placing.notes == ()
    host.revert((placing.placed[0].placement,))
    assert stage.item(item)["enabled"]


def test_titles_stay_on_top(host, stage, clip, tmp_path):
    """And stay there when the result is taken out again."""
    title = stage.put(None, at=0, frames=100, track=2, kind="generator", name="Title")
    placing = place(host, result_for(clip, tmp_path))
    assert stage.track_names() == ["Video 1", "Superwhite HDR", "Video 2"]
    assert stage.items(3)[0]["id"] == title
    host.revert((placing.placed[0].placement,))
    assert stage.items(2)[0]["id"] == title


def test_a_version_that_inserts_no_track_adds_one_on_top(host, stage, clip, tmp_path):
    stage.state.traps["no_track_index"] = True
    stage.put(None, at=0, frames=100, track=2, kind="generator", name="Title")
    place(host, result_for(clip, tmp_path))
    assert stage.track_names()[2] == "Superwhite HDR"
    assert len(stage.items(3)) == 1


def test_results_share_a_track_that_is_free(host, stage, footage, tmp_path):
    media = stage.media(footage)
    pick(stage, *(stage.put(media, at=at, frames=10) for at in (0, 10, 20)))
    clips = host.selection().clips
    placing = place(host, *(result_for(clip, tmp_path, job=f"job-{index}") for index, clip in enumerate(clips)))
    assert len(stage.items(2)) == 3
    assert stage.track_names() == ["Video 1", "Superwhite HDR"]
    assert placing.sentence.startswith("3 clips lie on")
    host.revert(tuple(each.placement for each in placing.placed[:2]))
    assert len(stage.items(2)) == 1
    host.revert((placing.placed[2].placement,))
    assert stage.track_names() == ["Video 1"]


def test_an_append_that_overlaps_is_not_taken_for_done(host, stage, clip, item, tmp_path):
    """Our own track is occupied there, by something of the user's: Resolve would drop the result silently."""
    other = stage.put(stage.items(1)[0]["clip"], at=15, frames=4, track=2)
    stage.track(2, name="Superwhite HDR")
    place(host, result_for(clip, tmp_path))
    assert [each["id"] for each in stage.items(3)] == [other]
    assert laid(stage, 2)["start"] == 86410


@pytest.mark.parametrize("trap", [{"ghosts": True}, {"ghosts": False}])
def test_what_was_dropped_is_no_placement(host, stage, clip, item, tmp_path, trap):
    stage.state.traps.update(trap)
    before = copy.deepcopy(stage.picture())
    # Longer than the clip is now: it was trimmed after it had been lifted.
    with pytest.raises(HostFailure, match="does not fit"):
        place(host, result_for(clip, tmp_path, frames=40))
    assert stage.picture() == before


def test_a_locked_track_of_the_source_is_locked_again(host, stage, clip, item, tmp_path):
    stage.track(1, locked=True)
    placing = place(host, result_for(clip, tmp_path))
    assert stage.item(item)["enabled"] is False
    assert stage.here["timelines"][stage.here["timeline"]]["video"][0]["locked"]
    host.revert((placing.placed[0].placement,))
    assert stage.item(item)["enabled"]


def test_a_locked_track_of_ours_is_left_alone_and_reverted_nevertheless(host, stage, clip, footage, tmp_path):
    one = place(host, result_for(clip, tmp_path))
    stage.track(2, locked=True)
    pick(stage, stage.put(stage.media(footage), at=40, frames=10))
    second = host.selection().clips[-1]
    place(host, result_for(second, tmp_path, job="job-2"))
    # A new track, under the locked one.
    assert stage.track_names() == ["Video 1", "Superwhite HDR", "Superwhite HDR"]
    host.revert((one.placed[0].placement,))
    assert len([name for name in stage.track_names() if name == "Superwhite HDR"]) == 1


@pytest.mark.parametrize("page", ["color", "media", "deliver"])
def test_nothing_is_deleted_but_on_the_edit_page(host, stage, clip, tmp_path, page):
    placing = place(host, result_for(clip, tmp_path))
    stage.doc["page"] = page
    host.revert((placing.placed[0].placement,))
    assert stage.track_names() == ["Video 1"]
    assert stage.doc["page"] == page


def test_a_session_without_windows(host, stage, clip, tmp_path):
    stage.doc["page"] = ""
    placing = place(host, result_for(clip, tmp_path))
    host.revert((placing.placed[0].placement,))
    assert stage.track_names() == ["Video 1"]


def test_another_timeline_may_be_open_by_then(host, stage, clip, item, tmp_path):
    first = stage.here["timeline"]
    other = stage.timeline("Reel 2")
    result = result_for(clip, tmp_path)
    placing = place(host, result)
    assert len(stage.here["timelines"][first]["video"][1]["items"]) == 1
    assert stage.here["timeline"] == other
    host.revert((placing.placed[0].placement,))
    assert len(stage.here["timelines"][first]["video"]) == 1
    assert stage.here["timeline"] == other


def test_import_goes_into_our_bin_and_the_users_stays_open(host, stage, clip, tmp_path):
    pool = make(stage.state, "MediaPool")
    mine = pool.AddSubFolder(pool.GetRootFolder(), "Dailies")
    place(host, result_for(clip, tmp_path))
    assert stage.here["bin"] == mine.GetUniqueId()
    ours = next(key for key, folder in stage.here["folders"].items() if folder["name"] == "Superwhite")
    assert stage.here["clips"][laid(stage)["clip"]]["folder"] == ours


def test_an_import_into_another_bin_is_refused(host, stage, clip, tmp_path):
    pool = make(stage.state, "MediaPool")
    pool.AddSubFolder(pool.GetRootFolder(), "Superwhite")
    pool.SetCurrentFolder(pool.GetRootFolder())
    stage.state.traps["lies"] = ["MediaPool.SetCurrentFolder"]
    with pytest.raises(HostFailure, match="no bin"):
        place(host, result_for(clip, tmp_path))
    assert len(stage.here["clips"]) == 1


def test_an_import_that_takes_no_range(host, stage, clip, tmp_path):
    """On some installations the form with a range gives nothing."""
    stage.state.traps["no_dict_import"] = True
    place(host, result_for(clip, tmp_path))
    assert laid(stage)["duration"] == 20


def test_files_that_are_gone_are_told_before_anything_is_touched(host, stage, clip, tmp_path):
    result = result_for(clip, tmp_path)
    (tmp_path / "job-1_hdr_v001" / (result.pattern % result.last)).unlink()
    calls = len(stage.state.calls)
    with pytest.raises(HostFailure, match="not where it was written"):
        place(host, result)
    assert not any("Import" in call for call in stage.state.calls[calls:])


# Again, and instead


def test_placing_again_changes_nothing(host, stage, clip, tmp_path):
    result = result_for(clip, tmp_path)
    first = place(host, result)
    picture = copy.deepcopy(stage.picture())
    again = place(host, result)
    assert again.placed == first.placed
    assert "there already" in again.sentence
    assert stage.picture() == picture


def test_a_result_that_was_deleted_by_hand_is_placed_again(host, stage, clip, tmp_path):
    result = result_for(clip, tmp_path)
    place(host, result)
    stage.delete(laid(stage)["id"])
    place(host, result)
    assert laid(stage)["start"] == 86410


def test_a_new_result_lies_above_the_earlier_one(host, stage, item, clip, tmp_path):
    one = place(host, result_for(clip, tmp_path))
    two = place(host, result_for(clip, tmp_path, job="job-2"))
    assert [len(stage.items(track)) for track in (1, 2, 3)] == [1, 1, 1]
    assert stage.here["clips"][laid(stage, 3)["clip"]]["third"]["superwhite.job"] == "job-2"
    # The source stays off as long as one of them lies above it, whichever goes first.
    host.revert((one.placed[0].placement,))
    assert stage.item(item)["enabled"] is False
    host.revert((two.placed[0].placement,))
    assert stage.item(item)["enabled"] is True
    assert stage.track_names() == ["Video 1"]


def test_a_new_result_takes_the_earlier_ones_place(host, stage, item, clip, tmp_path, journal):
    before = copy.deepcopy(stage.picture())
    one = place(host, result_for(clip, tmp_path))
    two = place(host, result_for(clip, tmp_path, job="job-2"), conflict="replace")
    every = [each for track in (2, 3) for each in stage.items(track)]
    assert [stage.here["clips"][each["clip"]]["third"]["superwhite.job"] for each in every] == ["job-2"]
    assert len(stage.here["clips"]) == 2
    assert journal.read(one.placed[0].placement).phase == REVERTED
    assert host.revert((one.placed[0].placement,)) == "Nothing was left to revert."
    host.revert((two.placed[0].placement,))
    assert stage.picture() == before


def test_a_replacement_that_fails_leaves_the_earlier_one(host, stage, item, clip, tmp_path):
    place(host, result_for(clip, tmp_path))
    picture = copy.deepcopy(stage.picture())
    result = result_for(clip, tmp_path, job="job-2")
    stage.state.traps["lies"] = ["Timeline.DeleteClips"]
    with pytest.raises(HostFailure, match="does not delete the earlier"):
        place(host, result, conflict="replace")
    stage.state.traps["lies"] = []
    # What could not be taken back then is, as soon as something is asked of the clip again.
    place(host, result_for(clip, tmp_path), conflict="new_track")
    assert stage.picture() == picture


def test_an_earlier_result_is_left_alone(host, stage, clip, tmp_path):
    place(host, result_for(clip, tmp_path))
    picture = copy.deepcopy(stage.picture())
    placing = place(host, result_for(clip, tmp_path, job="job-2"), conflict="skip")
    assert placing.placed[0].placement == ""
    assert stage.picture() == picture


# What goes wrong


def test_results_never_land_in_another_project(host, stage, clip, item, tmp_path):
    order = order_for(host, result_for(clip, tmp_path))
    stage.project("Anderes")
    stage.timeline()
    with pytest.raises(HostFailure, match="Another project"):
        host.place(order)
    assert stage.items(1) == []


@pytest.mark.parametrize(
    "refused",
    [
        "MediaPool.ImportMedia",
        "MediaPool.AppendToTimeline",
        "Timeline.AddTrack",
        "Timeline.SetTrackName",
        "TimelineItem.SetClipEnabled",
    ],
)
@pytest.mark.parametrize("how", ["refuses", "lies"])
def test_all_or_nothing(host, stage, footage, tmp_path, refused, how):
    """Whether Resolve refuses, or says yes and does nothing."""
    media = stage.media(footage)
    pick(stage, *(stage.put(media, at=at, frames=10) for at in (0, 20)))
    one, two = host.selection().clips
    before = copy.deepcopy(stage.picture())
    # The last of them fails.
    result_for(one, tmp_path)
    stage.state.traps[how] = [refused]
    with pytest.raises(HostFailure):
        place(host, result_for(one, tmp_path), result_for(two, tmp_path, job="job-2"))
    stage.state.traps[how] = []
    assert stage.picture() == before


def test_a_second_result_that_fails_takes_the_first_along(host, stage, item, clip, tmp_path):
    before = copy.deepcopy(stage.picture())
    bad = replace(result_for(clip, tmp_path, job="job-2"), clip="gone")
    with pytest.raises(HostFailure, match="not on the timeline"):
        place(host, result_for(clip, tmp_path), bad)
    assert stage.picture() == before


CLOSING = [
    "MediaPool.ImportMedia",
    "MediaPoolItem.SetThirdPartyMetadata",
    "Timeline.AddTrack",
    "MediaPool.AppendToTimeline",
    "TimelineItem.AddMarker",
    "TimelineItem.SetClipEnabled",
]


@pytest.mark.parametrize("raising", [False, True])
@pytest.mark.parametrize("when", ["quits_at", "quits_after"])
@pytest.mark.parametrize("closing", CLOSING)
def test_resolve_is_closed_in_the_middle(host, stage, item, clip, tmp_path, journal, closing, when, raising):
    """What was begun is finished or cleared away when the job is placed again."""
    result = result_for(clip, tmp_path)
    before = copy.deepcopy(stage.picture())
    stage.state.traps["raises_when_gone"] = raising
    stage.state.traps[when] = closing
    with pytest.raises(HostFailure) as caught:
        place(host, result)
    assert caught.value.kind == "lost"
    stage.state.traps.clear()
    stage.doc["running"] = True
    stage.doc["page"] = "edit"
    stage.here["bin"] = stage.here["root"]
    placing = place(host, result)
    assert len(stage.items(2)) == 1
    assert len(stage.here["clips"]) == 2
    assert stage.item(item)["enabled"] is False
    host.revert((placing.placed[0].placement,))
    assert stage.picture() == before


def test_a_crash_between_the_act_and_its_record_is_made_good(host, stage, clip, tmp_path, journal):
    result = result_for(clip, tmp_path)
    placing = place(host, result)
    entry = journal.read(placing.placed[0].placement)
    journal.write(replace(entry, phase=INTENDED))
    picture = copy.deepcopy(stage.picture())
    assert place(host, result).placed == placing.placed
    assert stage.picture() == picture


def test_two_panels_do_not_place_at_once(host, stage, clip, tmp_path, journal):
    other = host_of(stage, journal)
    result = result_for(clip, tmp_path)
    assert place(host, result).placed == place(other, result).placed
    assert len(stage.items(2)) == 1


# Taking back


@pytest.mark.parametrize("new_ids", [False, True])
def test_revert_after_the_project_was_opened_again(host, stage, item, clip, tmp_path, journal, new_ids):
    before = copy.deepcopy(stage.picture())
    placing = place(host, result_for(clip, tmp_path))
    stage.reopen(new_ids=new_ids)
    host_of(stage, journal).revert((placing.placed[0].placement,))
    (source,) = stage.items(1)
    assert source["enabled"]
    assert stage.track_names() == ["Video 1"]
    assert len(stage.here["clips"]) == len(before["clips"]) == 1


def test_what_was_done_by_hand_since_is_told(host, stage, item, clip, tmp_path):
    placing = place(host, result_for(clip, tmp_path))
    stage.delete(laid(stage)["id"])
    sentence = host.revert((placing.placed[0].placement,))
    assert "deleted by hand already" in sentence
    assert stage.item(item)["enabled"]

    placing = place(host, result_for(clip, tmp_path))
    stage.change(laid(stage)["id"], start=86500)
    stage.change(item, enabled=True)
    sentence = host.revert((placing.placed[0].placement,))
    assert "moved by hand" in sentence
    assert "enabled by hand already" in sentence
    assert stage.track_names() == ["Video 1"]


def test_a_source_that_was_disabled_before_stays_so(host, stage, item, clip, tmp_path):
    stage.change(item, enabled=False)
    placing = place(host, result_for(clip, tmp_path))
    host.revert((placing.placed[0].placement,))
    assert stage.item(item)["enabled"] is False


def test_media_that_is_used_elsewhere_stays(host, stage, item, clip, tmp_path):
    placing = place(host, result_for(clip, tmp_path))
    media = laid(stage)["clip"]
    copied = stage.put(media, at=200, frames=5, track=1)
    assert "used elsewhere" in host.revert((placing.placed[0].placement,))
    assert stage.item(copied)["clip"] == media


def test_a_track_that_the_user_has_put_something_on_stays(host, stage, item, clip, footage, tmp_path):
    placing = place(host, result_for(clip, tmp_path))
    mine = stage.put(stage.item(item)["clip"], at=200, frames=5, track=2)
    host.revert((placing.placed[0].placement,))
    assert [each["id"] for each in stage.items(2)] == [mine]


def test_reverting_in_another_project_is_refused(host, stage, item, clip, tmp_path, journal):
    placing = place(host, result_for(clip, tmp_path))
    stage.project("Anderes")
    stage.timeline()
    with pytest.raises(HostFailure, match="another project"):
        host.revert((placing.placed[0].placement,))
    assert journal.read(placing.placed[0].placement).phase != REVERTED


def test_a_revert_that_cannot_delete_is_kept_for_later(host, stage, item, clip, tmp_path, journal):
    before = copy.deepcopy(stage.picture())
    placing = place(host, result_for(clip, tmp_path))
    before_clips = before["clips"].keys()
    stage.state.traps["lies"] = ["Timeline.DeleteClips"]
    with pytest.raises(HostFailure, match="does not delete"):
        host.revert((placing.placed[0].placement,))
    stage.state.traps["lies"] = []
    host.revert((placing.placed[0].placement,))
    assert stage.here["clips"].keys() == before_clips
    assert stage.item(item)["enabled"]


def test_resolve_closed_before_a_revert_changes_no_record(host, stage, clip, tmp_path, journal):
    placing = place(host, result_for(clip, tmp_path))
    stage.state.traps["quits_at"] = "TimelineItem.GetUniqueId"
    with pytest.raises(HostFailure) as caught:
        host.revert((placing.placed[0].placement,))
    assert caught.value.kind == "lost"
    assert journal.read(placing.placed[0].placement).phase != REVERTED


def test_unknown_placements_are_no_error(host, stage):
    assert host.revert(("nothing", "../../etc/passwd")) == "Nothing was left to revert."


def test_many_results_take_few_calls(host, stage, footage, tmp_path):
    media = stage.media(footage)
    pick(stage, *(stage.put(media, at=at * 10, frames=4) for at in range(60)))
    clips = host.selection().clips
    results = [result_for(clip, tmp_path, job=f"j{index}", handles=0) for index, clip in enumerate(clips)]
    counts = []
    for some in (results[:15], results[15:]):
        stage.state.calls.clear()
        place(host, *some)
        counts.append(len(stage.state.calls) / len(some))
    # Per result, what is there already may be looked through once and no more.
    assert counts[1] < counts[0] * 4
