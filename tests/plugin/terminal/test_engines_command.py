"""`superwhite engines`, as a user types it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import BridgeUnreachable, EngineMissing, ErrorReport, GpuUnavailable, JobStateConflict
from bridge.domain.job import Failed, Job, Queued, Running
from bridge.domain.workflow import LiftRequest, OutputSpec
from bridge.engines import environments
from install.engines import EngineSetup
from install.setup_error import NoRoom
from plugin.terminal import engines
from plugin.terminal.main import main
from tests.fakes.wheels import make_engine
from tests.install.engine_site import SMALL, Site


class FakeBridge:
    """What `Bridge` is to these commands: not there, or with jobs."""

    def __init__(self, *jobs: Job, runs: bool = True) -> None:
        self.jobs, self.runs = jobs, runs

    def attach_or_start(self, *, start: bool) -> FakeBridge:
        assert not start, "asking after jobs must not start a bridge"
        if not self.runs:
            raise BridgeUnreachable("No bridge is running.")
        return self

    def __enter__(self) -> FakeBridge:
        return self

    def __exit__(self, *error: object) -> None: ...

    def do(self, call: Any) -> tuple[Job, ...]:
        assert call.path == "/v1/jobs"
        return self.jobs


def job(backend: str, state: Any) -> Job:
    now = datetime.now(UTC)
    request = LiftRequest(source={"path": Path("/a.mov")}, output=OutputSpec(folder=Path("/")), backend=backend)
    return Job(id="1" * 32, created=now, updated=now, request=request, state=state)


@pytest.fixture
def site(tmp_path, monkeypatch):
    site = Site(tmp_path)
    site.enter(monkeypatch)
    monkeypatch.setattr(environments, "_own", lambda: None)
    monkeypatch.setattr(engines, "ROOT", site.root)
    monkeypatch.setattr(engines, "Bridge", FakeBridge(runs=False))
    monkeypatch.setattr("install.engines._ROOM_FOR_CUDA", SMALL)
    return site


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["engines", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_from_nothing_to_an_engine_and_back(site, capsys):
    code, out, err = run(capsys, "list")
    assert (code, "not installed" in out) == (0, True)
    assert "superwhite engines install ltx" in err
    code, out, err = run(capsys, "install", "ltx", "--torch", "pypi")
    assert (code, out) == (0, "")
    assert "The engine ltx is installed, with torch 2.13.0." in err
    code, out, err = run(capsys, "install", "ltx", "--torch", "pypi", "--json")
    told = json.loads(out)
    assert (code, told["made"], told["state"], told["flavour"]) == (0, False, "installed", "cpu")
    site.lock.write_text(site.lock.read_text() + "\n# changed\n")
    code, out, err = run(capsys, "list")
    assert "out of date" in out
    assert "superwhite engines install ltx" in err
    (each,) = json.loads(run(capsys, "list", "--json")[1])
    assert each["bytes"] > 1000
    assert Path(each["folder"]).parent == site.home / "ltx"
    code, out, err = run(capsys, "remove", "ltx", "--json")
    assert json.loads(out)["freed"] > 1000
    assert json.loads(run(capsys, "list", "--json")[1])[0]["state"] == "missing"
    code, _, err = run(capsys, "remove", "ltx")
    assert (code, "not installed" in err) == (0, True)


def test_one_that_works_is_not_removed(site, capsys, monkeypatch):
    (site.home / "ltx").mkdir(parents=True)
    monkeypatch.setattr(engines, "Bridge", FakeBridge(job("embedded", Running()), job("ltx", Running())))
    code, out, _ = run(capsys, "remove", "ltx", "--json")
    assert code == JobStateConflict.exit_code
    assert json.loads(out)["error"]["kind"] == "JobStateConflict"
    assert (site.home / "ltx").exists()


@pytest.mark.parametrize(
    "state", [Queued(), Failed(error=ErrorReport(kind="x", sentence="", exit_code=1, anchor=""))]
)
def test_what_waits_or_has_ended_does_not_hold_it(site, capsys, monkeypatch, state):
    (site.home / "ltx").mkdir(parents=True)
    monkeypatch.setattr(engines, "Bridge", FakeBridge(job("ltx", state), job("embedded", Running())))
    assert run(capsys, "remove", "ltx")[0] == 0


def test_while_one_works_the_former_stays(site, capsys, monkeypatch):
    assert run(capsys, "install", "ltx", "--torch", "pypi")[0] == 0
    (former,) = site.folders
    site.lock.write_text(site.lock.read_text() + "\n# changed\n")
    monkeypatch.setattr(engines, "Bridge", FakeBridge(job("ltx", Running())))
    assert run(capsys, "install", "ltx", "--torch", "pypi")[0] == 0
    assert former in site.folders
    assert len(site.folders) == 2


def test_what_fails_has_a_sentence_and_a_code_of_its_own(site, capsys, monkeypatch, tmp_path):
    site.lock.write_text(make_engine(site.wheels, whole=False))
    code, out, _ = run(capsys, "install", "ltx", "--torch", "pypi", "--json")
    assert code == EngineMissing.exit_code
    assert json.loads(out.splitlines()[-1])["error"]["sentence"].startswith("Could not start the engine's libraries")
    bin = tmp_path / "bin"
    bin.mkdir()
    (bin / "nvidia-smi").write_text("#!/bin/sh\necho 'Old, 1 MiB, 418.1, 7.5'\n")
    (bin / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    code, _, err = run(capsys, "install", "ltx")
    assert (code, "The driver of Old is too old" in err) == (GpuUnavailable.exit_code, True)
    assert run(capsys, "install", "ltx", "--torch", "cu1")[0] == 2
    assert run(capsys, "install", "classical")[0] == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [(NoRoom("Full.", "Free some."), 31), (OSError(28, "No space left", "x"), 31), (OSError(13, "Denied", "x"), 30)],
)
def test_drives_have_codes_of_their_own(site, capsys, monkeypatch, error, code):
    def fails(*arguments: object, **more: object) -> bool:
        raise error

    monkeypatch.setattr(EngineSetup, "install", fails)
    assert run(capsys, "install", "ltx", "--torch", "pypi")[0] == code
