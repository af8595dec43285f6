"""Results in the script: colour, range, conflicts, and all or nothing."""

from __future__ import annotations

import pytest

from bridge.domain.host import HostFailure
from plugin.hosting.journal import INTENDED, PLACED, REVERTED


def op(app, name):
    return next(op for op in app.graph.ops.values() if app.graph.full_name(op) == name)


def feeds(app, name, index=0):
    inputs = op(app, name).inputs
    return app.graph.ops[inputs[index]].name if index < len(inputs) and inputs[index] is not None else None


@pytest.fixture
def clip(bench):
    (found,) = bench.clips(bench.sequence())
    return found


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("lin_rec709", "Linear Rec.709 (sRGB)"),
        ("lin_rec2020", "Linear Rec.2020"),
        ("acescg", "ACEScg"),
        ("aces2065-1", "ACES2065-1"),
    ],
)
def test_the_colour_is_named_never_left_to_a_role(bench, clip, color, name):
    bench.app.graph.ops[0].knobs["colorManagement"] = "OCIO"
    bench.place(bench.result(clip.id, color=color))
    assert op(bench.app, "Read2").knobs["colorspace"] == name


def test_without_ocio_another_gamut_is_refused_and_nothing_is_left(one):
    (clip,) = one.clips(one.sequence())
    before, steps = one.app.snapshot(), len(one.app.graph.steps)
    with pytest.raises(HostFailure, match="no colour space for ACEScg") as caught:
        one.place(one.result(clip.id, color="acescg"))
    assert "OCIO colour management" in caught.value.remedy
    assert one.app.snapshot() == before
    assert len(one.app.graph.steps) == steps
    assert one.journal.entries(one.app.path) == []


@pytest.mark.parametrize(
    "refused", [("Read", "colorspace"), ("Read", "first"), ("Switch", "which"), ("Read", "file")]
)
def test_what_nuke_does_not_take_is_noticed_and_rolled_back(one, refused):
    (clip,) = one.clips(one.sequence())
    result = one.result(clip.id)
    if refused == ("Read", "first"):
        result = one.result(clip.id, first=1000, last=1004, before=1)
    before = one.app.snapshot()
    one.app.refused.add(refused)
    with pytest.raises(HostFailure):
        one.place(result)
    assert one.app.snapshot() == before


def test_a_rollback_without_undo_leaves_nothing_either(one):
    """The user can have switched undo off, and then there is nothing to cancel."""
    (clip,) = one.clips(one.sequence())
    blur = one.app.make("Blur")
    blur.setInput(0, one.app.wrap(op(one.app, "Read1").number))
    one.app.graph.disabled = 1
    before = one.app.snapshot()
    one.app.refused.add(("Switch", "which"))
    with pytest.raises(HostFailure):
        one.place(one.result(clip.id))
    one.app.graph.disabled = 0
    assert one.app.snapshot() == before


@pytest.mark.parametrize(
    ("values", "starts"),
    [
        ({"frame_mode": "start at", "frame": "1"}, 1),
        ({"frame_mode": "offset", "frame": "-100"}, 1101),
        ({}, 1001),
    ],
)
def test_the_result_plays_where_the_source_plays(bench, values, starts):
    (clip,) = bench.clips(bench.sequence(before="black", after="loop", **values))
    bench.place(bench.result(clip.id, first=999, last=1007, before=2, after=3))
    read = op(bench.app, "Read2")
    assert [read.knobs[name] for name in ("origfirst", "origlast", "first", "last")] == [999, 1007, 1001, 1004]
    assert bench.app.range_of(read) == (starts, starts + 3)
    assert (read.knobs["before"], read.knobs["after"]) == ("black", "loop")
    assert read.knobs["localizationPolicy"] == "off"


def test_a_movie_whose_result_counts_by_timecode(one):
    (clip,) = one.clips(one.movie(frames=10, first=3, last=6))
    one.place(one.result(clip.id, first=86401, last=86406, before=1, after=1))
    read = op(one.app, "Read2")
    assert (read.knobs["first"], read.knobs["last"]) == (86402, 86405)
    assert one.app.range_of(read) == (3, 6)


def test_an_expression_is_taken_over_where_the_numbers_are_the_same(one):
    (clip,) = one.clips(one.sequence(frame_mode="expression", frame="frame+12"))
    one.place(one.result(clip.id))
    assert op(one.app, "Read2").knobs["frame"] == "frame+12"
    with pytest.raises(HostFailure, match="computes its frames"):
        one.place(one.result(clip.id, job="j2", first=2001, last=2004))


def test_a_source_that_was_trimmed_since_is_told(one):
    read = one.sequence()
    (clip,) = one.clips(read)
    read["last"].setValue(1003)
    with pytest.raises(HostFailure, match="does not have the frames"):
        one.place(one.result(clip.id))


@pytest.mark.parametrize(("own", "name"), [("sRGB", "sRGB"), ("default", "default")])
def test_a_movie_is_read_as_its_source_is(one, own, name):
    (clip,) = one.clips(one.movie(frames=5, colorspace=own))
    one.place(one.result(clip.id, first=0, last=4, name="clip_inpaint_v001.mov", color="rec709"))
    read = op(one.app, "Read2")
    assert read.knobs["colorspace"] == name
    assert [read.knobs[each] for each in ("first", "last", "origfirst", "origlast")] == [1, 5, 1, 5]


def test_a_movie_made_of_linear_files_has_a_colour_of_its_own(one):
    (clip,) = one.clips(one.sequence(first=1001, last=1004))
    one.place(one.result(clip.id, first=0, last=3, name="plate_inpaint.mov", color="rec709"))
    read = op(one.app, "Read2")
    assert read.knobs["colorspace"] == "Gamma2.4"
    assert one.app.range_of(read) == (1001, 1004)


def test_everything_that_hung_on_the_source_hangs_on_the_switch(one):
    read = one.sequence()
    merge, viewer = one.app.make("Merge2"), one.app.graph.add("Viewer", 0)
    merge.setInput(0, read)
    merge.setInput(1, read)
    viewer.inputs = [read._number]
    (clip,) = one.clips(read)
    one.place(one.result(clip.id))
    assert [feeds(one.app, "Merge21", index) for index in (0, 1)] == ["Switch1", "Switch1"]
    assert feeds(one.app, "Viewer1") == "Switch1"
    assert (feeds(one.app, "Switch1", 0), feeds(one.app, "Switch1", 1)) == ("Read1", "Read2")


def test_a_locked_viewer_is_told_and_no_failure(one):
    read = one.sequence()
    viewer = one.app.graph.add("Viewer", 0)
    viewer.inputs, viewer.locked = [read._number], True
    (clip,) = one.clips(read)
    placing = one.place(one.result(clip.id))
    assert placing.notes == ("“Viewer1” is locked and still shows “Read1”.",)
    assert feeds(one.app, "Viewer1") == "Read1"


def test_a_node_that_cannot_be_rewired_takes_everything_back(one):
    read = one.sequence()
    blur = one.app.graph.add("Blur", 0)
    blur.inputs, blur.locked = [read._number], True
    (clip,) = one.clips(read)
    before = one.app.snapshot()
    with pytest.raises(HostFailure, match="“Blur1” could not be connected"):
        one.place(one.result(clip.id))
    assert one.app.snapshot() == before


def test_all_results_of_an_order_or_none(one):
    first, second = one.sequence(name="a"), one.sequence(name="b")
    clips = one.clips(first, second)
    before = one.app.snapshot()
    results = [one.result(clips[0].id, "j1"), one.result(clips[1].id, "j2", first=2001, last=2002)]
    with pytest.raises(HostFailure):
        one.place(*results)
    assert one.app.snapshot() == before
    assert one.journal.entries(one.app.path) == []
    assert len(one.place(one.result(clips[0].id, "j1"), one.result(clips[1].id, "j2")).placed) == 2


def test_a_job_that_lies_where_it_should_changes_nothing(bench, clip):
    (first,) = bench.place(bench.result(clip.id)).placed
    before = bench.app.snapshot()
    placing = bench.place(bench.result(clip.id))
    assert placing.placed == (first,)
    assert placing.sentence == "Nothing was changed: the results are in the script already."
    assert bench.app.snapshot() == before


def test_a_crash_between_intent_and_deed(bench, clip):
    (placed,) = bench.place(bench.result(clip.id)).placed
    entry = bench.journal.read(placed.placement)
    bench.journal.turned(entry, INTENDED, made={})
    (again,) = bench.place(bench.result(clip.id)).placed
    assert again == placed
    entry = bench.journal.read(placed.placement)
    assert (entry.phase, entry.made["switch"]) == (PLACED, "Switch1")
    bench.journal.turned(entry, INTENDED, made={})
    assert "taken out" in bench.do("revert", (placed.placement,))


def test_an_undone_placing_is_placed_again(one):
    (clip,) = one.clips(one.sequence())
    (first,) = one.place(one.result(clip.id)).placed
    one.app.graph.undo()
    (second,) = one.place(one.result(clip.id)).placed
    assert second.placement != first.placement
    assert feeds(one.app, "Switch1", 1) == "Read2"


def test_a_second_result_lies_above_the_first(one):
    blur = one.app.make("Blur")
    read = one.sequence()
    blur.setInput(0, read)
    before = one.app.snapshot()
    (clip,) = one.clips(read)
    before = one.app.snapshot()
    (first,) = one.place(one.result(clip.id, "j1")).placed
    (second,) = one.place(one.result(clip.id, "j2")).placed
    assert (feeds(one.app, "Blur1"), feeds(one.app, "Switch2"), feeds(one.app, "Switch1")) == (
        "Switch2",
        "Switch1",
        "Read1",
    )
    assert (
        one.do("revert", (first.placement,)) == "The result was taken out, and the sources are connected as before."
    )
    assert (feeds(one.app, "Blur1"), feeds(one.app, "Switch2")) == ("Switch2", "Read1")
    one.do("revert", (second.placement,))
    assert one.app.snapshot() == before


def test_a_result_in_place_of_another(one):
    (clip,) = one.clips(one.sequence())
    before = one.app.snapshot()
    (first,) = one.place(one.result(clip.id, "j1")).placed
    (second,) = one.place(one.result(clip.id, "j2"), conflict="replace").placed
    assert len([each for each in one.app.graph.ops.values() if each.kind == "Switch"]) == 1
    assert one.journal.read(first.placement).phase == REVERTED
    assert one.journal.read(second.placement).replaces == first.placement
    one.do("revert", (second.placement,))
    assert one.app.snapshot() == before


def test_a_replacement_that_fails_leaves_the_earlier_result(one):
    (clip,) = one.clips(one.sequence())
    (first,) = one.place(one.result(clip.id, "j1")).placed
    before = one.app.snapshot()
    with pytest.raises(HostFailure):
        one.place(one.result(clip.id, "j2", color="acescg"), conflict="replace")
    assert one.app.snapshot() == before
    assert one.journal.read(first.placement).phase == PLACED


def test_an_earlier_result_is_left_alone(one):
    (clip,) = one.clips(one.sequence())
    one.place(one.result(clip.id, "j1"))
    before = one.app.snapshot()
    placing = one.place(one.result(clip.id, "j2"), conflict="skip")
    assert placing.placed[0].placement == ""
    assert placing.sentence == "Nothing was changed: there are earlier results."
    assert one.app.snapshot() == before


def test_in_a_group_of_its_own(one):
    group = one.app.make("Group", name="Comp")
    with group:
        read = one.sequence()
        blur = one.app.make("Blur")
    blur.setInput(0, read)
    one.app.hit = group._number
    (clip,) = one.clips(read)
    one.app.hit = 0
    before = one.app.snapshot()
    (placed,) = one.place(one.result(clip.id)).placed
    assert feeds(one.app, "Comp.Blur1") == "Switch1"
    assert op(one.app, "Comp.Read2")
    one.do("revert", (placed.placement,))
    assert one.app.snapshot() == before


@pytest.mark.parametrize(("kind", "locked"), [("Gizmo", False), ("LiveGroup", False), ("Group", True)])
def test_what_cannot_be_changed_is_told_before(one, kind, locked):
    group = one.app.graph.add(kind, 0, "Shared")
    one.app.context.append(group.number)
    read = one.sequence()
    one.app.context.pop()
    group.locked = locked
    with pytest.raises(HostFailure, match="inside “Shared”, which cannot be changed"):
        one.place(one.result(read.fullName()))
    assert one.journal.entries(one.app.path) == []


def test_a_source_that_is_gone(one):
    with pytest.raises(HostFailure, match="not in the script any more"):
        one.place(one.result("Read7"))


def test_files_that_are_gone(one):
    (clip,) = one.clips(one.sequence())
    result = one.result(clip.id)
    (one.folder / "results_j1" / "plate_hdr_j1.00001004.exr").unlink()
    with pytest.raises(HostFailure, match="not where it was written"):
        one.place(result)


def test_a_folder_that_nuke_reads_as_a_command_is_refused(one):
    (clip,) = one.clips(one.sequence())
    folder = one.folder
    one.folder = folder / "[v1] shot"
    result = one.result(clip.id)
    one.folder = folder
    before = one.app.snapshot()
    with pytest.raises(HostFailure, match="reads the path"):
        one.place(result)
    assert one.app.snapshot() == before


def test_a_noncommercial_nuke_lists_ten_nodes(one):
    read = one.sequence()
    blurs = [one.app.make("Blur") for _ in range(15)]
    for blur in blurs:
        blur.setInput(0, read)
    (clip,) = one.clips(read)
    before = one.app.snapshot()
    one.app.noncommercial = True
    one.app.graph.stale.clear()
    (placed,) = one.place(one.result(clip.id)).placed
    assert {feeds(one.app, f"Blur{number}") for number in range(1, 16)} == {"Switch1"}
    one.do("revert", (placed.placement,))
    assert one.app.snapshot() == before


def test_a_noncommercial_nuke_is_asked_twice_for_its_answer_lags_behind(one, names):
    read, blur = one.sequence(), one.app.make("Blur")
    one.app.noncommercial = True
    blur.setInput(0, read)
    assert [(node.name(), index) for node, index in names("script").dependents(read)] == [("Blur1", 0)]


def test_dependents_are_not_taken_from_a_stale_answer(one):
    read = one.sequence()
    (clip,) = one.clips(read)
    one.app.graph.stale[read._number] = []
    group = one.app.make("Blur")
    group.setInput(0, read)
    one.place(one.result(clip.id))
    assert feeds(one.app, "Blur1") == "Switch1"


def test_the_selection_stays_what_it_was(one):
    read = one.sequence()
    (clip,) = one.clips(read)
    one.place(one.result(clip.id))
    assert [each.name for each in one.app.graph.ops.values() if each.selected] == ["Read1"]


def test_results_of_a_rendered_node(one):
    blur = one.app.make("Blur")
    read = one.sequence()
    blur.setInput(0, read)
    (clip,) = one.clips(blur)
    one.place(one.result(clip.id))
    assert feeds(one.app, "Switch1") == "Blur1"
    assert one.app.range_of(op(one.app, "Read2")) == (1001, 1004)
