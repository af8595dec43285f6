"""`superwhite lift --host resolve` and `superwhite revert`: every process as a pipeline would have it, and under
`RESOLVE_SCRIPT_API` a module that stands in for Resolve, with its traps.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.clips import write_numbered, write_numbered_pngs
from tests.fakes.resolve.reel import pick
from tests.fakes.resolve.stage import Stage


@pytest.mark.parametrize("version", ["20.3", "21.1"])
def test_from_the_selection_to_placed_media_and_back(own_terminal, tmp_path, version):
    stage = Stage(version, file=tmp_path / "resolve.json")
    stage.project("Schnitt Ünï 片")
    stage.timeline(start="01:00:00:00")
    movie = write_numbered(tmp_path / "A001 片.mp4", 40, rate=Fraction(24))
    source = stage.put(stage.media(movie), at=48, source=5, frames=10)
    pick(stage, source)
    own_terminal.environment |= stage.environment(tmp_path / "fusionscript.so")
    before = stage.picture()
    report = own_terminal.lift("--host", "resolve", "--out", tmp_path / "out", "--handles", 3)
    (clip,) = report["clips"]
    assert clip["placement"]
    assert (clip["frames"], clip["handles_before"], clip["handles_after"]) == (16, 3, 3)
    (lifted,) = stage.items(2)
    assert (lifted["start"] - 86400, lifted["duration"], lifted["offset"]) == (48, 10, 3)
    assert lifted["name"] == "A001 片_hdr_v001.[00000002-00000017].exr"
    assert not stage.item(source)["enabled"]
    assert Path(clip["directory"]).is_dir()
    back = own_terminal.run("revert", clip["job"], "--json")
    assert (back.code, json.loads(back.out)["state"]) == (0, "ready"), back.err
    assert stage.picture() == before


def test_a_sequence_by_its_numbers_and_a_retimed_clip_by_a_render(own_terminal, tmp_path):
    stage = Stage("21.1", file=tmp_path / "resolve.json")
    stage.project(rate="25")
    stage.timeline(start="01:00:00:00")
    write_numbered_pngs(tmp_path / "sh010.%04d.png", range(1001, 1031))
    numbered = stage.put(stage.media(tmp_path / "sh010.1001.png", rate="25"), at=0, source=5, frames=10)
    movie = write_numbered(tmp_path / "slow.mp4", 40, rate=Fraction(25))
    slow = stage.put(stage.media(movie), at=100, source=0, frames=20, speed=50)
    pick(stage, numbered, slow)
    own_terminal.environment |= stage.environment(tmp_path / "fusionscript.so")
    report = own_terminal.lift("--host", "resolve", "--out", tmp_path / "out")
    first, second = report["clips"]
    assert (first["first"], first["last"], first["rate"]) == (1006, 1015, "25")
    assert second["frames"] == 20
    assert second["placement"]
    plates = list((tmp_path / "out" / "plates").iterdir())
    assert len(plates) == 1
    own_terminal.run("revert", second["job"])
    own_terminal.run("jobs", "forget", second["job"])
    assert list((tmp_path / "out" / "plates").iterdir()) == []
