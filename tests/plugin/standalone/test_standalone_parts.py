"""The parts by themselves: loose clips, the order of results, and the line to a bridge that comes and goes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bridge.client import Bridge, calls
from bridge.domain.color import OutputColor
from bridge.domain.cut import TimelineClip
from bridge.domain.errors import BridgeLost, BridgeUnreachable, MediaMissing, MediaUnreadable, RequestError
from bridge.domain.host import NEW_TRACK, REPLACE, SKIP
from bridge.domain.job import Deliverable
from bridge.domain.timeline import TimelineFacts
from plugin.standalone.arrange import places_of, put, shown, without
from plugin.standalone.host import StandaloneHost
from plugin.standalone.journal import Placement
from plugin.standalone.line import Line
from plugin.standalone.loose import loose_clips
from plugin.standalone.opened import open_paths
from plugin.standalone.strip_layout import Lanes, Scale, tick_step
from tests.fakes.service import launching
from tests.plugin.standalone.conftest import Desk, layers

# Loose clips


def test_a_folder_gives_its_media_in_natural_order_and_a_sequence_once(tmp_path):
    for name in ("b10.mov", "b9.mov", "A.MP4", "x.0002.exr", "x.0001.exr", "still.png", "read.me", ".hidden.mov"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "deep.mov").write_bytes(b"x")
    (tmp_path / "folder.mov").mkdir()
    clips = loose_clips([tmp_path])
    assert [Path(clip.media or "").name for clip in clips] == [
        "A.MP4",
        "b9.mov",
        "b10.mov",
        "still.png",
        "x.0001.exr",
    ]
    assert [clip.name for clip in clips] == ["A", "b9", "b10", "still", "x"]
    assert not any(clip.on_timeline for clip in clips)
    # Two files of one sequence are one clip; movies with numbers are not.
    named = loose_clips([tmp_path / "x.0002.exr", tmp_path / "x.0001.exr", tmp_path / "b9.mov", tmp_path / "b10.mov"])
    assert [clip.id for clip in named] == [str(tmp_path / n) for n in ("x.0002.exr", "b9.mov", "b10.mov")]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda p: [p / "none.mov"], MediaMissing),
        (lambda p: [p], MediaMissing),
        (lambda p: [(p / "a.txt", (p / "a.txt").write_text("x"))[0]], MediaUnreadable),
        (lambda p: [p / "one.otio", p / "two.edl"], RequestError),
        (lambda p: [p / "one.otio", p / "clip.mov"], RequestError),
    ],
)
def test_what_cannot_be_opened_is_said(tmp_path, make, error):
    line = Line(lambda: pytest.fail("the bridge is not needed for this"))
    with pytest.raises(error) as failure:
        open_paths(line, make(tmp_path))
    assert failure.value.sentence
    assert failure.value.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_said(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mov"))
    path.write_bytes(b"x")
    with pytest.raises(RequestError, match="not valid Unicode"):
        loose_clips([path])


# The order of results


def clip(identity, start=0, name="a"):
    return TimelineClip(
        id=identity,
        name=name,
        track=1,
        track_name="V1",
        media=Path("/plate.mov"),
        rate="24",
        record_start=0,
        record_end=10,
        source_rate="24",
        source_start=start,
        source_end=start + 10,
        media_start_known=True,
        liftable=True,
    )


def placement(identity, at="V1/1", start=0, replaces=()):
    result = Deliverable(
        directory=Path(f"/out/{identity}"),
        pattern="x.%08d.exr",
        first=0,
        last=9,
        frames=10,
        width=2,
        height=2,
        color=OutputColor.LIN_REC709,
        reference_white=203,
        sidecar=Path("/x.json"),
        review=None,
        poster=None,
        master=None,
    )
    return Placement(id=identity, job=identity, clip=clip(at, start), deliverable=result, replaces=replaces)


def facts(*clips):
    return TimelineFacts(path=Path("/cut.otio"), name="cut", rate="24", start_frame=0, tracks=("V1",), clips=clips)


def after(*steps):
    """The ids that show after `(id, conflict)` was placed and `-id` was taken back, all for one clip."""
    placements = ()
    for step in steps:
        if isinstance(step, str):
            placements = without(placements, {step.removeprefix("-")})
        else:
            new = placement(step[0])
            places = {each.id: "V1/1" for each in (*placements, new)}
            placements = put(placements, new, step[1], places)
    return "".join(each.id for each in shown(placements))


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        ([("A", NEW_TRACK), ("B", NEW_TRACK)], "AB"),
        ([("A", NEW_TRACK), ("B", REPLACE)], "B"),
        ([("A", NEW_TRACK), ("B", SKIP)], "A"),
        ([("A", SKIP)], "A"),
        ([("A", NEW_TRACK), ("B", REPLACE), "-B"], "A"),
        ([("A", NEW_TRACK), ("B", REPLACE), "-A"], "B"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("C", REPLACE), "-B"], "C"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("C", REPLACE), "-C"], "B"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("C", REPLACE), "-B", "-C"], "A"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("C", NEW_TRACK)], "BC"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("C", NEW_TRACK), "-B"], "AC"),
        # An earlier result that is placed again comes to the top.
        ([("A", NEW_TRACK), ("B", REPLACE), ("A", NEW_TRACK)], "BA"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("A", REPLACE)], "A"),
        ([("A", NEW_TRACK), ("B", REPLACE), ("A", REPLACE), "-A"], "B"),
        ([("A", NEW_TRACK), ("B", NEW_TRACK), ("A", REPLACE)], "AB"),
        ([("A", NEW_TRACK), ("B", NEW_TRACK), "-A", "-B"], ""),
    ],
)
def test_what_shows_after_placing_and_taking_back(steps, seen):
    assert after(*steps) == seen


def test_a_clip_is_found_by_its_frames_where_ids_have_moved():
    now = facts(clip("V1/1", 500), clip("V1/2", 0), clip("V1/3", 100), clip("V1/4", 0))
    # Two uses of the same frames keep their order, and the one that is where it was keeps its place.
    assert places_of([placement("A", "V1/1"), placement("B", "V1/3")], now) == {"A": "V1/2", "B": "V1/4"}
    assert places_of([placement("A", "V1/1"), placement("B", "V1/2")], now) == {"A": "V1/4", "B": "V1/2"}
    # Two results of one clip stay together, lifted before or after it moved.
    assert places_of([placement("A", "V1/1", 100), placement("B", "V1/3", 100)], now) == {"A": "V1/3", "B": "V1/3"}
    assert places_of([placement("A", "V1/1", 700)], now) == {}


# The strip's sums


def test_rows_are_found_by_frames_and_points():
    from bridge.domain.host import HostClip

    def at(track, start, end):
        return HostClip(f"V{track}/{start}", "x", None, track=track, record_start=start, record_end=end)

    lanes = Lanes((at(1, 0, 10), at(1, 10, 20), at(2, 5, 8), at(1, 40, 50)), 2)
    assert lanes.frames == 50
    scale = Scale(across=2, tall=10, left=100, top=30)
    assert lanes.rect(2, scale).getRect() == (110, 30, 6, 10)
    assert lanes.rect(0, scale).getRect() == (100, 40, 20, 10)
    assert [list(lanes.between(1, *pair)) for pair in ((0, 10), (9, 11), (10, 11), (20, 40), (20, 41), (60, 70))] == [
        [0],
        [0, 1],
        [1],
        [],
        [3],
        [],
    ]
    assert lanes.at(119.5, 45, scale) == 0
    assert lanes.at(120.5, 45, scale) == 1
    assert lanes.at(119.5, 35, scale) is None
    assert lanes.above(0, 1) == 2
    assert lanes.above(2, 1) == 2
    assert (lanes.beside(1, 1), lanes.beside(3, 1), lanes.beside(0, -1)) == (3, 3, 0)


@pytest.mark.parametrize(
    ("rate", "across", "step"),
    [("24", 100, 1), ("24", 10, 10), ("24", 4, 24), ("24000/1001", 1, 120), ("25", 1e-9, 7200 * 25)],
)
def test_the_ruler_is_marked_in_whole_steps(rate, across, step):
    from fractions import Fraction

    assert tick_step(Fraction(rate), across, 90) == step


# The line


def test_the_line_is_taken_up_again_once(tmp_path):
    home = tmp_path / "home"
    with launching(home) as launch:
        first = launch()
        line = Line(lambda: Bridge.attach_or_start(home=home, start=False))
        assert line.do(calls.health()).pid == first.process.pid
        first.kill()
        second = launch()
        assert line.do(calls.health()).pid == second.process.pid
        second.kill()
        with pytest.raises((BridgeUnreachable, BridgeLost)):
            line.do(calls.health())
        line.close()


class Deaf(Bridge):
    """Loses the answer to the first call that writes a timeline into the folder of the cut; the bridge has done it."""

    deaf = True

    def do(self, call):
        answer = super().do(call)
        if Deaf.deaf and call.path == "/v1/timelines/write" and '"folder":"' + str(Deaf.folder) + '"' in call.content:
            Deaf.deaf = False
            raise BridgeLost("The bridge does not answer any more.")
        return answer


def test_an_answer_that_was_lost_makes_no_second_file(connect, home, desk: Desk, cut, edit):
    job = desk.lift(cut, "a")
    Deaf.folder, Deaf.deaf = edit, True
    desk.host.close()
    desk.host = StandaloneHost(lambda: Deaf.attach_or_start(home=home, start=False), desk.folder)
    placed = desk.place(cut, (job, "V1/1")).placed[0].placement
    assert not Deaf.deaf
    assert [path.name for path in edit.glob("cut_hdr*")] == ["cut_hdr.otio"]
    assert layers(edit / "cut_hdr.otio") == [["a_hdr_v001"]]
    assert "was removed" in desk.host.revert((placed,))
