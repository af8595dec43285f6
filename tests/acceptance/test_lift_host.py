"""`superwhite lift --host` and `superwhite revert`, against an application in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.domain.host import HostClip, HostMask
from tests.acceptance.terminal import ROOT
from tests.clips import write_numbered


class Application:
    def __init__(self, home: Path, *clips: HostClip) -> None:
        home.mkdir(exist_ok=True)
        said = json.dumps([asdict(clip) for clip in clips])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.host_door", str(home), said],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout.readline() == "open\n"

    def leave(self):
        out, _ = self._process.communicate(timeout=20)
        return json.loads(out)

    def kill(self):
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def application(own_terminal):
    opened = []

    def open_with(*clips):
        opened.append(Application(own_terminal.home, *clips))
        return opened[-1]

    yield open_with
    for each in opened:
        each.kill()


@pytest.fixture
def movie(tmp_path):
    return write_numbered(tmp_path / "Ünï 片.mp4", 20, rate=Fraction(25))


def on_timeline(movie, name="A001", start=5, end=11, **more):
    return HostClip(
        name,
        f"{name}.mp4",
        str(movie),
        rate="25",
        record_start=100,
        record_end=100 + end - start,
        source_rate="25",
        source_start=start,
        source_end=end,
        **more,
    )


def test_the_selection_is_lifted_placed_and_taken_back(application, own_terminal, movie, tmp_path):
    host = application(on_timeline(movie), on_timeline(movie, "A002", 0, 4))
    done = own_terminal.run(
        "lift", "--host", "blender", "--out", tmp_path / "out", "--handles", 2, "--json",
        "--trace-rpc", tmp_path / "trace.jsonl",
    )  # fmt: skip
    assert done.code == 0, done.err
    report = done.json
    assert report["state"] == "ready"
    assert [(clip["clip"], clip["frames"], clip["handles_before"]) for clip in report["clips"]] == [
        ("A001", 6 + 4, 2),
        ("A002", 4 + 2, 0),
    ]
    assert all(clip["placement"] for clip in report["clips"])
    assert report["sentence"] == "2 placed."
    assert Path(report["clips"][0]["directory"]).name == "A001_hdr_v001"
    trace = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert [entry["sent"]["call"] for entry in trace if "call" in entry.get("sent", {})] == [
        "facts",
        "selection",
        "place",
    ]
    first, second = (clip["job"] for clip in report["clips"])
    listed = own_terminal.run("jobs", "show", first, "--json").json
    assert listed["state"]["placement"]["placement"] == report["clips"][0]["placement"]
    back = own_terminal.run("revert", first, "--json")
    assert back.code == 0, back.err
    assert back.json == {"job": first, "state": "ready", "sentence": "1 taken out."}
    again = own_terminal.run("revert", first)
    assert again.code == 61
    assert "lies on no timeline" in again.err
    assert host.leave() == {"placed": {report["clips"][1]["placement"]: second}, "orders": [["A001", "A002"]]}
    gone = own_terminal.run("revert", second, "--json")
    assert gone.code == 82
    assert gone.json["error"]["kind"] == "HostLost"


def test_what_only_the_host_can_render_and_masks_of_clips(application, own_terminal, movie, tmp_path):
    retimed = on_timeline(movie, "slow", masks=(HostMask("m1", "Roto", "matte"),), liftable=False, exportable=True)
    title = HostClip("T", "title", None, liftable=False, reason="A title has no media.")
    host = application(retimed, title, on_timeline(movie))
    done = own_terminal.run("lift", "--host", "blender", "--out", tmp_path, "--clip-mask", "matte", "--json")
    assert done.code == 80
    assert "“title” cannot be lifted: A title has no media." in done.err
    assert "has no matte" in done.err
    failed, slow, plain = done.json["clips"]
    assert (failed["clip"], failed["state"], failed["placement"]) == ("T", "failed", "")
    assert (slow["clip"], slow["handles_before"], slow["handles_after"]) == ("slow", 1, 1)
    sidecar = json.loads(Path(slow["sidecar"]).read_text())
    assert sidecar["request"]["mask"]["path"].endswith("mask.mp4")
    assert json.loads(Path(plain["sidecar"]).read_text())["request"]["mask"] is None
    assert host.leave()["orders"] == [["slow", "A001"]]


WRONG = [
    (["--host", "premiere"], 80, "There is no host “premiere”"),
    (["--host", "nuke"], 82, "Nuke cannot be reached"),
    (["--host", "blender:abc"], 80, "is no number of a process"),
    (["--host", "blender:1"], 82, "Blender cannot be reached"),
    (["--host", "blender"], 81, "No clip is selected in Blender"),
    (["--host", "blender", "--conflict", "over"], 2, "new_track, replace, skip"),
    (["--host", "blender", "--range", "0-4"], 2, "--range belongs to a clip"),
    (["--host", "blender", "clip.mov"], 2, "either a clip"),
]


def test_what_cannot_be_is_said(application, own_terminal):
    application()
    running = [(own_terminal.start("lift", *arguments), code, said) for arguments, code, said in WRONG]
    for process, code, said in running:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, said in err) == (code, True), err
