"""Placing on timeline files and taking back, judged by OpenTimelineIO reading the files."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import opentimelineio as otio
import pytest

from bridge.client import Bridge
from bridge.domain.cut import TimelineClip
from bridge.domain.errors import TimelineUnreadable
from bridge.domain.host import NEW_TRACK, REPLACE, SKIP, HostFailure, PlaceOrder
from bridge.domain.job import is_final
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from tests.fakes.service import until
from tests.plugin.standalone.conftest import Desk, layers, saved, shot

ROOT = Path(__file__).resolve().parents[3]


def hdr_files(folder):
    return sorted(path.name for path in folder.glob("cut_hdr*"))


# What is open


def test_nothing_is_open_at_first(desk):
    facts, selection = desk.host.facts(), desk.host.selection()
    assert (facts.name, facts.project, facts.project_title) == ("standalone", "", "")
    assert not facts.abilities.place
    assert selection.clips == ()


def test_a_timeline_is_the_project_and_its_clips_are_selected_by_id(desk, cut):
    project = desk.open(cut)
    assert project == str(cut)
    facts = desk.host.facts()
    assert facts.abilities.place
    assert facts.abilities.places_together
    assert facts.project_title == "cut.otio"
    before = desk.host.selection()
    desk.host.select({"V1/2", "V9/9"})
    after = desk.host.selection()
    assert before.revision != after.revision
    (clip,) = after.clips
    assert (clip.id, clip.name, clip.rate, clip.record_start, clip.record_end) == ("V1/2", "b", "24", 10, 22)
    assert (clip.source_start, clip.source_end, clip.on_timeline) == (50, 62, True)


def test_loose_clips_take_no_placing(desk, medium):
    assert desk.open(medium) == "clips"
    assert not desk.host.facts().abilities.place
    with pytest.raises(HostFailure) as failure:
        desk.host.place(PlaceOrder("clips", (desk.result("x", "y"),)))
    assert failure.value.kind == "unsupported"
    assert failure.value.remedy
    for export in (lambda: desk.host.export("a", "b", 0), lambda: desk.host.export_mask("a", "b", "c")):
        with pytest.raises(HostFailure) as failure:
            export()
        assert failure.value.kind == "unsupported"


def test_a_malformed_timeline_leaves_open_what_was(desk, cut, edit):
    desk.open(cut)
    bad = edit / "bad.otio"
    bad.write_text("{ not a timeline")
    with pytest.raises(TimelineUnreadable):
        desk.open(bad)
    assert desk.host.facts().project == str(cut)


# Placing


@pytest.mark.parametrize("suffix", [".otio", ".fcpxml", ".xml"])
def test_two_imports_are_both_in_the_newest_file(desk, edit, medium, suffix):
    cut = saved(edit / f"cut{suffix}", [shot(medium, "a", 0, 10), shot(medium, "b", 50, 12)])
    original = cut.read_bytes()
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    first = desk.place(cut, (a, "V1/1"))
    assert hdr_files(edit) == [f"cut_hdr{suffix}"]
    assert f"“cut_hdr{suffix}”" in first.sentence
    desk.restart()
    second = desk.place(cut, (b, "V1/2"))
    assert layers(edit / f"cut_hdr_v002{suffix}") == [["a_hdr_v001", "b_hdr_v001"]]
    assert cut.read_bytes() == original
    assert first.placed[0].placement != second.placed[0].placement
    assert (first.placed[0].job, second.placed[0].job) == (a, b)


@pytest.mark.parametrize("suffix", [".otio", ".fcpxml", ".xml"])
def test_a_movie_is_placed_and_taken_back(desk, edit, medium, suffix):
    cut = saved(edit / f"cut{suffix}", [shot(medium, "a", 0, 3), shot(medium, "b", 50, 12)])
    job = desk.lift(cut, "a", backend="wide", workflow="reference_video_to_video")
    made = desk.bridge.job(job).state.result
    placing = desk.place(cut, (job, "V1/1"))
    assert "with 1 clip(s)" in placing.sentence
    timeline = otio.adapters.read_from_file(str(edit / f"cut_hdr{suffix}"))
    timeline = timeline if isinstance(timeline, otio.schema.Timeline) else timeline[0]
    (clip,) = [each for each in timeline.find_clips() if each.name == made.directory.name]
    assert Path(url2pathname(urlparse(clip.media_reference.target_url).path)) == made.file(0)
    assert clip.source_range.duration.value == 3
    desk.host.revert((placing.placed[0].placement,))
    assert hdr_files(edit) == []
    made.file(0).unlink()
    with pytest.raises(HostFailure, match="is not where it was written"):
        desk.place(cut, (job, "V1/1"))


def test_placing_what_lies_there_changes_nothing(desk, cut, edit):
    a = desk.lift(cut, "a")
    once = desk.place(cut, (a, "V1/1"))
    for conflict in (NEW_TRACK, REPLACE, SKIP):
        again = desk.place(cut, (a, "V1/1"), conflict=conflict)
        assert again.placed == once.placed
    assert "nothing was changed" in again.sentence
    assert hdr_files(edit) == ["cut_hdr.otio"]
    # Where the file has gone it does not lie there any more.
    (edit / "cut_hdr.otio").unlink()
    desk.place(cut, (a, "V1/1"))
    assert layers(edit / "cut_hdr.otio") == [["a_hdr_v001"]]


def test_a_new_track_puts_the_newer_result_above(desk, cut, edit):
    jobs = [desk.lift(cut, "a") for _ in range(2)]
    for job in jobs:
        desk.place(cut, (job, "V1/1"))
    assert layers(edit / "cut_hdr_v002.otio") == [["a_hdr_v001"], ["a_hdr_v002"]]


def test_replace_puts_the_newer_result_in_the_place_of_all_earlier_ones(desk, cut, edit):
    one, two, three, b = desk.lift(cut, "a"), desk.lift(cut, "a"), desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.place(cut, (one, "V1/1"), (b, "V1/2"))
    desk.place(cut, (two, "V1/1"))
    desk.place(cut, (three, "V1/1"), conflict=REPLACE)
    assert layers(edit / "cut_hdr_v003.otio") == [["a_hdr_v003", "b_hdr_v001"]]


def test_skip_leaves_the_earlier_result_and_places_the_others(desk, cut, edit):
    one, two, b = desk.lift(cut, "a"), desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.place(cut, (one, "V1/1"))
    placing = desk.place(cut, (two, "V1/1"), (b, "V1/2"), conflict=SKIP)
    assert [bool(each.placement) for each in placing.placed] == [False, True]
    assert any("left as they are" in note for note in placing.notes)
    assert layers(edit / "cut_hdr_v002.otio") == [["a_hdr_v001", "b_hdr_v001"]]
    placing = desk.place(cut, (two, "V1/1"), conflict=SKIP)
    assert placing.placed[0].placement == ""
    assert len(hdr_files(edit)) == 2


def test_an_edl_keeps_the_rate_that_was_said(desk, edit, medium):
    source = edit / "cut.edl"
    source.write_text(
        f"TITLE: x\n\n001  AX  V  C  00:00:04:04 00:00:05:04 01:00:00:00 01:00:01:00\n* FROM CLIP: {medium}\n"
    )
    thirty = Fraction(30)
    assert desk.open(source) == str(source)
    assert any("24" in note for note in desk.host.selection().notes)
    desk.open(source, rate=thirty)
    assert desk.host.opened.clips[0].rate == "30"
    assert desk.host.selection().notes == ()
    job = desk.lift(source, "V1/1", thirty)
    desk.place(source, (job, "V1/1"))
    event = next(line for line in (edit / "cut_hdr.edl").read_text().splitlines() if line.startswith("001"))
    # The fake's frames have numbers from 0; 4 s and 4 frames before them at 30 a second.
    assert event.split()[1] == "plate_hdr_v001"
    assert event.split()[-2:] == ["01:00:00:00", "01:00:01:00"]
    assert event.split()[-4] == "00:00:00:00"


# A cut that changes


def test_results_follow_their_clips_through_a_changed_cut(desk, cut, edit, medium):
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.place(cut, (a, "V1/1"))
    # A new clip in front: every id now means another clip.
    saved(cut, [shot(medium, "new", 200, 5), shot(medium, "a", 0, 10), shot(medium, "b", 50, 12)])
    desk.place(cut, (b, "V1/2"))
    timeline = otio.adapters.read_from_file(str(edit / "cut_hdr_v002.otio"))
    lifted = {clip.name: clip.range_in_parent() for clip in timeline.tracks[1].find_clips()}
    assert {name: round(where.start_time.value) for name, where in lifted.items()} == {
        "a_hdr_v001": 5,
        "b_hdr_v001": 15,
    }


def test_an_earlier_result_whose_clip_is_gone_is_left_out_and_said(desk, cut, edit, medium):
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.place(cut, (a, "V1/1"))
    saved(cut, [shot(medium, "b", 50, 12)])
    placing = desk.place(cut, (b, "V1/2"))
    assert layers(edit / "cut_hdr_v002.otio") == [["b_hdr_v001"]]
    assert any("“a_hdr_v001” is left out" in note for note in placing.notes)
    with pytest.raises(HostFailure, match="“c”"):
        desk.place(cut, (desk_lift_c(desk, cut, medium), "V1/1"))


def desk_lift_c(desk, cut, medium):
    """A result for a clip that is on the timeline while it is lifted, and not after."""
    before = cut.read_bytes()
    saved(cut, [shot(medium, "c", 90, 8)])
    job = desk.lift(cut, "c")
    cut.write_bytes(before)
    return job


def test_a_timeline_that_was_moved_takes_nothing_and_can_be_reverted(desk, cut, edit):
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    placed = desk.place(cut, (a, "V1/1")).placed[0].placement
    cut.rename(edit / "elsewhere.otio")
    with pytest.raises(HostFailure, match="no timeline file") as failure:
        desk.place(cut, (b, "V1/2"))
    assert failure.value.kind == "refused"
    assert hdr_files(edit) == ["cut_hdr.otio"]
    assert "“cut_hdr.otio” was removed." in desk.host.revert((placed,))
    assert hdr_files(edit) == []


def test_another_timeline_that_was_opened_meanwhile_is_left_alone(desk, cut, edit, medium):
    other = saved(edit / "other.otio", [shot(medium, "a", 0, 10)])
    job = desk.lift(cut, "a")
    desk.open(other)
    desk.place(cut, (job, "V1/1"))
    assert hdr_files(edit) == ["cut_hdr.otio"]
    assert not list(edit.glob("other_hdr*"))


# Taking back


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_reverting_in_any_order_leaves_a_file_with_the_rest(desk, cut, edit, order):
    names = ["a", "b", "c"]
    jobs = [desk.lift(cut, name) for name in names]
    placements = [desk.place(cut, (job, f"V1/{n}")).placed[0].placement for n, job in enumerate(jobs, start=1)]
    left = dict(zip(placements, (f"{name}_hdr_v001" for name in names), strict=True))
    for index in order:
        desk.restart()
        sentence = desk.host.revert((placements[index],))
        del left[placements[index]]
        files = [edit / name for name in hdr_files(edit)]
        # No file that is left holds what was reverted, and one holds all the rest.
        held = [{name for layer in layers(file) for name in layer} for file in files]
        assert all(each <= set(left.values()) for each in held)
        assert (set(left.values()) in held) or not left
        assert "was removed" in sentence
        assert ("holds what is still placed" in sentence) == bool(left)
    assert hdr_files(edit) == []
    assert desk.host.revert(tuple(placements)) == "Nothing was left to revert."


def test_what_was_replaced_comes_back(desk, cut, edit):
    one, two = desk.lift(cut, "a"), desk.lift(cut, "a")
    desk.place(cut, (one, "V1/1"))
    newer = desk.place(cut, (two, "V1/1"), conflict=REPLACE).placed[0].placement
    assert layers(edit / "cut_hdr_v002.otio") == [["a_hdr_v002"]]
    desk.host.revert((newer,))
    assert hdr_files(edit) == ["cut_hdr.otio"]
    assert layers(edit / "cut_hdr.otio") == [["a_hdr_v001"]]


def test_a_file_that_was_changed_since_stays(desk, cut, edit):
    placed = desk.place(cut, (desk.lift(cut, "a"), "V1/1")).placed[0].placement
    file = edit / "cut_hdr.otio"
    file.write_text(file.read_text() + "\n")
    sentence = desk.host.revert((placed,))
    assert "“cut_hdr.otio” was changed since it was written, so it stays." in sentence
    assert file.exists()


def test_a_job_that_was_forgotten_is_said_and_its_placing_can_be_reverted(desk, cut, edit):
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.bridge.forget(b)
    with pytest.raises(HostFailure, match="no job") as failure:
        desk.place(cut, (a, "V1/1"), (b, "V1/2"))
    assert failure.value.kind == "refused"
    assert hdr_files(edit) == []
    placed = desk.place(cut, (a, "V1/1")).placed[0].placement
    desk.bridge.forget(a)
    desk.restart()
    desk.host.revert((placed,))
    assert hdr_files(edit) == []


def test_frames_that_are_offline_are_not_placed_and_earlier_ones_are_told_of(desk, cut, edit):
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.place(cut, (a, "V1/1"))
    shutil.rmtree(desk.out / "a_hdr_v001")
    placing = desk.place(cut, (b, "V1/2"))
    assert any("“a_hdr_v001” is on the timeline, but its media is offline." in note for note in placing.notes)
    c = desk.lift(cut, "c")
    next((desk.out / "c_hdr_v001").glob("*.00000002.exr")).unlink()
    with pytest.raises(HostFailure, match="“c_hdr_v001” is not where it was written"):
        desk.place(cut, (c, "V1/3"))
    assert len(hdr_files(edit)) == 2


def test_a_placement_that_is_none_of_ours_reaches_no_file(desk, tmp_path):
    (tmp_path / "journals").mkdir()
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    assert desk.host.revert(("../outside.x", "", "nothing")) == "Nothing was left to revert."
    assert outside.read_text() == "{}"


# Faults


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_between_intent_and_deed_is_cleared_up(desk, cut, edit, home, moment):
    """The process ends without a word right before, or right after, the timeline file is written."""
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    code = [sys.executable, "-m", "tests.plugin.standalone.crash_main", home, desk.folder, cut, a, "V1/1", moment]
    done = subprocess.run([str(part) for part in code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    (journal,) = desk.folder.glob("*.json")
    assert json.loads(journal.read_text())["intent"]["sha256"]
    assert hdr_files(edit) == (["cut_hdr.otio"] if moment == "after" else [])
    # The panel does not know that it was placed, and places it again.
    placed = desk.place(cut, (a, "V1/1")).placed[0].placement
    assert hdr_files(edit) == ["cut_hdr.otio"]
    desk.place(cut, (b, "V1/2"))
    assert layers(edit / "cut_hdr_v002.otio") == [["a_hdr_v001", "b_hdr_v001"]]
    desk.host.revert((placed,))
    assert hdr_files(edit) == ["cut_hdr_v003.otio"]
    assert layers(edit / "cut_hdr_v003.otio") == [["b_hdr_v001"]]


def test_the_journal_says_what_was_written(desk, cut, edit):
    a = desk.lift(cut, "a")
    desk.place(cut, (a, "V1/1"))
    (journal,) = desk.folder.glob("*.json")
    written = json.loads(journal.read_text())
    data = (edit / "cut_hdr.otio").read_bytes()
    assert written["timeline"] == str(cut)
    assert [file["sha256"] for file in written["files"]] == [hashlib.sha256(data).hexdigest()]
    assert [(each["job"], each["clip"]["id"]) for each in written["placements"]] == [(a, "V1/1")]
    assert written["intent"] is None


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"timeline": 3}', b"null"])
def test_a_damaged_journal_is_set_aside_and_said(desk, cut, edit, damage):
    a, b = desk.lift(cut, "a"), desk.lift(cut, "b")
    desk.place(cut, (a, "V1/1"))
    (journal,) = desk.folder.glob("*.json")
    journal.write_bytes(damage)
    placing = desk.place(cut, (b, "V1/2"))
    aside = journal.with_suffix(".damaged-1")
    assert any(str(aside) in note for note in placing.notes)
    assert aside.read_bytes() == damage
    assert layers(edit / "cut_hdr_v002.otio") == [["b_hdr_v001"]]


def test_a_folder_that_cannot_be_written_to_gets_the_file_beside_the_result(desk, drive, cut):
    on_drive = drive / "cut.otio"
    shutil.copy(cut, on_drive)
    job = desk.lift(on_drive, "a")
    subprocess.run(["mount", "-o", "remount,ro", drive], check=True)
    placing = desk.place(on_drive, (job, "V1/1"))
    assert layers(desk.out / "cut_hdr.otio") == [["a_hdr_v001"]]
    assert "cannot be written to" in placing.sentence
    assert str(desk.out) in placing.sentence
    desk.restart()
    assert "“cut_hdr.otio” was removed." in desk.host.revert((placing.placed[0].placement,))
    assert not list(desk.out.glob("cut_hdr*"))


def test_journals_that_cannot_be_kept_stop_the_placing(connect, drive, cut, edit, tmp_path, desk):
    job = desk.lift(cut, "a")
    desk.host.close()
    desk.folder = drive / "journals"
    desk.restart()
    subprocess.run(["mount", "-o", "remount,ro", drive], check=True)
    with pytest.raises(HostFailure, match="nothing was changed"):
        desk.place(cut, (job, "V1/1"))
    assert hdr_files(edit) == []


def test_a_real_lift_lies_on_the_timeline_with_its_handles(tmp_path):
    """From a real clip and the embedded engine to a timeline that plays files which exist."""
    home = tmp_path / "home"
    sample = ROOT / "tests" / "data" / "bigbuckbunny.mp4"
    # The sample has 25 frames a second.
    used, whole = (
        otio.opentime.TimeRange(*(otio.opentime.RationalTime(n, 25) for n in r)) for r in ((60, 2), (0, 132))
    )
    bunny = otio.schema.Clip("bunny", otio.schema.ExternalReference(sample.as_uri(), whole), used)
    cut = saved(tmp_path / "cut.otio", [bunny])
    desk = Desk(lambda: Bridge.attach_or_start(home=home), tmp_path / "journals", tmp_path / "out")
    try:
        desk.open(cut)
        desk.host.select({"V1/1"})
        (clip,) = desk.host.selection().clips
        lifted = TimelineClip.model_validate({name: getattr(clip, name) for name in TimelineClip.model_fields})
        source = SourceSpec(path=sample, handles=1, cut=lifted)
        output = OutputSpec(folder=desk.out, review=False)
        job = desk.bridge.submit(LiftRequest(source=source, output=output))
        until(lambda: is_final(desk.bridge.job(job.id).state), seconds=60)
        placing = desk.place(cut, (job.id, "V1/1"))
        timeline = otio.adapters.read_from_file(str(tmp_path / "cut_hdr.otio"))
        (hdr,) = timeline.tracks[1].find_clips()
        reference = hdr.media_reference
        files = [reference.target_url_for_image_number(n) for n in range(reference.number_of_images_in_sequence())]
        assert [Path(url2pathname(urlparse(url).path)).is_file() for url in files] == [True] * 4
        assert reference.start_frame == 59
        assert round(hdr.source_range.start_time.value) == 60
        desk.host.revert((placing.placed[0].placement,))
        assert hdr_files(tmp_path) == []
    finally:
        desk.bridge.shutdown()
        desk.close()
