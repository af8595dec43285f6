"""The bridge is killed, again and again, while a remote job is under way."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from bridge.client import Bridge
from bridge.domain.job import Job, Ready, Unknown, is_final
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from tests.endpoints import Fault

from .remote import FRAMES, Far, expected, far_away, frames_of
from .terminal import wait_for

JOBS, KILLS = 2, 10
"""Twenty kills in all."""


@pytest.fixture
def far(tmp_path):
    with far_away(tmp_path) as one:
        yield one


def attached(far: Far, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    for name, value in (far.endpoint.environment | {"SUPERWHITE_HOME": str(far.terminal.home)}).items():
        monkeypatch.setenv(name, value)
    return Bridge.attach_or_start()


def ended(far: Far, job: str, monkeypatch: pytest.MonkeyPatch) -> Job:
    def look() -> Job | None:
        with attached(far, monkeypatch) as bridge:
            found = bridge.job(job)
            return found if is_final(found.state) else None

    return wait_for(look, within=180)


@pytest.mark.parametrize("seed", range(JOBS))
def test_whenever_it_is_killed_one_job_is_made_and_one_sequence(far: Far, tmp_path: Path, monkeypatch, seed: int):
    chance = random.Random(seed)
    far.endpoint.script.next("job", Fault.takes(1.0))
    far.endpoint.link.set_speed(200_000)  # uploads and downloads take as long as the rest
    with attached(far, monkeypatch) as bridge:
        request = LiftRequest(
            backend="fal", source=SourceSpec(path=far.clip), output=OutputSpec(folder=tmp_path / "out")
        )
        job = bridge.submit(request).id
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 1.6))
        os.kill(far.terminal.run_file["pid"], signal.SIGKILL)
        with attached(far, monkeypatch) as bridge:
            if is_final(bridge.job(job).state):
                break
    found = ended(far, job, monkeypatch)
    # Between a request and its answer nobody can know; then it is said, and nothing is sent again.
    assert isinstance(found.state, Ready | Unknown), found.state
    assert len(far.jobs) == 1
    if isinstance(found.state, Ready):
        result = found.state.result
        made = frames_of(result.model_dump(mode="json"))
        assert len(made) == FRAMES
        assert all((a == b).all() for a, b in zip(made, expected(far.jobs[0]), strict=True))
        assert [path.name for path in (tmp_path / "out").iterdir()] == [result.directory.name]


def test_killed_before_the_answer_came_it_asks_the_user(far: Far, tmp_path: Path, monkeypatch):
    far.endpoint.script.next("submit", Fault.delay(20))
    with attached(far, monkeypatch) as bridge:
        request = LiftRequest(
            backend="fal", source=SourceSpec(path=far.clip), output=OutputSpec(folder=tmp_path / "out")
        )
        job = bridge.submit(request).id
    wait_for(lambda: far.endpoint.submits)
    os.kill(far.terminal.run_file["pid"], signal.SIGKILL)
    found = ended(far, job, monkeypatch)
    assert isinstance(found.state, Unknown)
    assert found.state.error
    assert "may be billed" in found.state.error.sentence
    assert far.endpoint.submits == 1


def test_stopped_in_good_order_it_goes_on_with_the_same_job(far: Far, tmp_path: Path, monkeypatch):
    far.endpoint.script.next("job", Fault.takes(3))
    with attached(far, monkeypatch) as bridge:
        request = LiftRequest(
            backend="fal", source=SourceSpec(path=far.clip), output=OutputSpec(folder=tmp_path / "out")
        )
        job = bridge.submit(request).id
    wait_for(lambda: far.jobs)
    far.terminal.close()
    assert isinstance(ended(far, job, monkeypatch).state, Ready)
    assert len(far.jobs) == 1
