"""What is selected, as clips: frames, rates, files, and all that is no clip."""

from __future__ import annotations

import pytest

from bridge.domain.host import HostFailure


def test_a_movie_counts_from_the_first_frame_that_nuke_gives_it(bench):
    (clip,) = bench.clips(bench.movie(frames=10, first=3, last=6))
    assert (clip.source_start, clip.source_end, clip.media_start_known) == (2, 6, True)


@pytest.mark.parametrize(
    ("fps", "rate", "own", "told"),
    [
        (24.0, "24", 23.976, "24000/1001"),
        (23.976024, "24000/1001", 25.0, "25"),
        (23.98, "24000/1001", 24.0, "24"),
        (29.97, "30000/1001", 59.94, "60000/1001"),
        (12.5, "25/2", 30.0, "30"),
    ],
)
def test_rates_are_exact(one, fps, rate, own, told):
    one.app.graph.ops[0].knobs["fps"] = fps
    (clip,) = one.clips(one.movie(rate=own))
    assert (clip.rate, clip.source_rate) == (rate, told)


def test_a_sequence_without_a_rate_is_frame_for_frame_at_any_rate_of_the_script(one):
    from bridge.domain.cut import lift_range
    from bridge.domain.hosted import source_spec

    one.app.graph.ops[0].knobs["fps"] = 25.0
    (clip,) = one.clips(one.sequence(first=1001, last=1010))
    source = source_spec(clip, 0)
    assert source.rate == 25
    part = lift_range(source.cut, 1001, source.rate, 10, 0)
    assert (part.used.start, part.used.end) == (0, 10)


@pytest.mark.parametrize(
    ("mode", "frame", "starts"), [("start at", "1", 1), ("offset", "-100", 1101), ("expression", "", 1001)]
)
def test_the_frame_mode_moves_a_clip_in_the_script_but_not_in_its_media(one, mode, frame, starts):
    (clip,) = one.clips(one.sequence(frame_mode=mode, frame=frame))
    assert (clip.source_start, clip.source_end) == (1001, 1005)
    assert (clip.record_start, clip.record_end) == (starts, starts + 4)


def test_numbers_from_86400(one):
    (clip,) = one.clips(one.sequence(first=86400, last=86403))
    assert (clip.source_start, clip.source_end, clip.liftable) == (86400, 86404, True)


def test_a_trimmed_read_leaves_room_for_handles(one):
    (clip,) = one.clips(one.sequence(first=1001, last=1010))
    assert (clip.source_start, clip.source_end) == (1001, 1011)
    read = one.sequence(name="b", first=1001, last=1010)
    read["first"].setValue(1003)
    read["last"].setValue(1004)
    (clip,) = one.clips(read)
    assert (clip.source_start, clip.source_end) == (1003, 1005)


def test_offline_media_is_told(one):
    read = one.sequence()
    (one.folder / "media" / "plate.1004.exr").unlink()
    (clip,) = one.clips(read)
    assert not clip.liftable
    assert clip.reason == "The media is offline: “plate.1004.exr” is not there."


def test_a_retimed_read_and_any_other_node_are_rendered_first(one):
    retimed = one.sequence(frame_mode="expression", frame="frame*2")
    blur = one.app.make("Blur")
    movie = one.movie(frame_mode="expression", frame="frame+1")
    clips = {clip.id: clip for clip in one.clips(retimed, blur, movie)}
    for name in ("Read1", "Blur1", "Read2"):
        clip = clips[name]
        assert (clip.liftable, clip.exportable, clip.media) == (False, True, None)
        assert "renders it first" in clip.reason
        assert (clip.source_start, clip.source_end) == (clip.record_start, clip.record_end)


def test_an_expression_on_a_sequence_that_only_shifts_it_is_lifted_by_its_files(one):
    (clip,) = one.clips(one.sequence(frame_mode="expression", frame="frame+12"))
    assert clip.liftable
    assert (clip.source_start, clip.source_end) == (1001, 1005)


def test_nodes_that_are_no_picture(one):
    camera = one.app.make("Dot")
    deep = one.app.make("Blur")
    deep._op.stated["channels"] = ["deep.front"]
    (clip,) = one.clips(camera, deep)
    assert (clip.id, clip.liftable, clip.exportable) == ("Blur1", False, False)
    assert clip.reason == "The node carries no picture."


def test_nothing_selected_says_what_to_do(one):
    one.select()
    found = one.do("selection")
    assert found.clips == ()
    assert found.notes == ("Select a Read node, or any other, to lift what comes out of it.",)
    one.select(one.app.make("Roto"))
    assert "together with its Roto" in one.do("selection").notes[0]


def test_a_read_without_file_or_back_to_front(one):
    empty = one.app.make("Read")
    back = one.sequence()
    back["last"].setValue(1000)
    reasons = {clip.id: clip.reason for clip in one.clips(empty, back)}
    assert reasons == {"Read1": "The Read has no file.", "Read2": "The Read ends before it begins."}


def test_a_file_for_each_view(one):
    read = one.sequence(name="plate_left", file=str(one.folder / "media" / "plate_%V.%04d.exr"))
    one.app.views = ["left", "right"]
    (clip,) = one.clips(read)
    assert not clip.liftable
    assert "a file for each view" in clip.reason
    one.app.views = ["left"]
    (clip,) = one.clips(read)
    assert clip.media == str(one.folder / "media" / "plate_left.%04d.exr")
    assert clip.liftable


def test_paths_are_evaluated_and_relative_ones_begin_at_the_script(one):
    one.sequence()
    read = one.app.make("Read", file="[file dirname [value root.name]]/media/plate.####.exr", first=1001, last=1004)
    (clip,) = one.clips(read)
    assert clip.media == str(one.folder / "media" / "plate.%04d.exr")
    read["file"].setValue("media/plate.####.exr")
    (clip,) = one.clips(read)
    assert clip.media == str(one.folder / "media" / "plate.%04d.exr")
    assert clip.liftable


def test_unicode_everywhere(one):
    one.app.path = str(one.folder / "Ünïcødé 映画.nk")
    read = one.sequence(name="プレート é", folder="médïa 映", first=1001, last=1002)
    (clip,) = one.clips(read)
    assert clip.liftable
    placing = one.place(one.result(clip.id, last=1002, name="プレート_hdr.%08d.exr"))
    assert placing.placed[0].placement
    assert one.do("facts").project_title == "Ünïcødé 映画.nk"


def test_a_percent_sign_in_a_folder_is_no_number(one):
    (clip,) = one.clips(one.sequence(folder="50%off"))
    assert clip.liftable
    (clip,) = one.clips(one.movie(name="100%.mov"))
    assert (clip.liftable, clip.media_start_known) == (True, True)


def test_the_revision_changes_with_the_selection_only(one):
    read = one.sequence()
    one.select(read)
    first = one.do("selection").revision
    assert one.do("selection").revision == first
    read["first"].setValue(1002)
    assert one.do("selection").revision != first


def test_inside_a_group_that_was_worked_in_last(one):
    group = one.app.make("Group", name="Comp")
    with group:
        read = one.sequence()
    one.app.hit = group._number
    (clip,) = one.clips(read)
    assert (clip.id, clip.name, clip.track_name) == ("Comp.Read1", "Read1", "Comp")


def test_many_clips_take_many_short_slices(one, names):
    host = names("host")
    one.monkeypatch.setattr(host, "_SLICE_SECONDS", 0.0)
    reads = [one.movie(name=f"{number}.mov") for number in range(20)]
    assert len(one.clips(*reads)) == 20


def test_a_node_that_is_deleted_between_two_slices_is_left_out(one, names):
    host = names("host")
    one.monkeypatch.setattr(host, "_SLICE_SECONDS", 0.0)
    one.select(one.movie(name="a.mov"), doomed := one.movie(name="b.mov"))
    describe = host.describe

    def and_delete(node, rotos):
        if doomed._number in one.app.graph.ops:
            one.app.graph.remove(doomed._op)
        return describe(node, rotos)

    one.monkeypatch.setattr(host, "describe", and_delete)
    assert [clip.id for clip in one.do("selection").clips] == ["Read1"]


def test_a_result_is_no_source(one):
    (clip,) = one.clips(one.sequence())
    one.place(one.result(clip.id))
    for name in ("Read2", "Switch1"):
        op = next(op for op in one.app.graph.ops.values() if op.name == name)
        (found,) = one.clips(one.app.wrap(op.number))
        assert (found.liftable, found.exportable) == (False, False)
        assert found.reason == "This is a result of Superwhite."


def test_a_busy_nuke_is_told_and_nothing_is_done_later(one):
    one.select(one.sequence())
    one.app.busy = True
    one.queue._patience = 0.05
    with pytest.raises(HostFailure, match="is busy"):
        one.do("selection")
    one.app.busy = False
    one.app.idle()
    assert one.do("selection").clips


def test_nodes_are_touched_on_the_main_thread_only(one, names):
    one.select(one.sequence())
    direct = names("host").NukeHost(one.journal, lambda work, *arguments: work(*arguments))
    with pytest.raises(RuntimeError, match="main thread only"):
        one.app.away(direct.selection)
