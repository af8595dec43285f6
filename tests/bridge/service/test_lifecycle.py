"""A bridge from its start to its end, with its relatives and with crashes."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from httpx_sse import connect_sse

from bridge.client import Bridge, RunFile
from bridge.domain.errors import BridgeUnreachable
from bridge.domain.job import Failed, Queued, Ready, Running
from tests.fakes.backend import fake_request
from tests.fakes.service import Launch, Service

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX modes and signals")


def attach(service: Service) -> Bridge:
    return Bridge.attach_or_start(home=service.home, start=False)


@POSIX
def test_the_state_is_for_its_user_only(service: Service) -> None:
    assert service.home.stat().st_mode & 0o777 == 0o700
    assert RunFile.path(service.home).stat().st_mode & 0o777 == 0o600


def test_a_second_bridge_leaves_and_names_the_first(service: Service) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "tests.fakes.service_main"],
        env={**os.environ, "SUPERWHITE_HOME": str(service.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 51
    assert f"pid {service.process.pid}, port {service.run_file.port}" in second.stderr
    assert "Traceback" not in second.stderr
    assert attach(service).health().pid == service.process.pid


@POSIX
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(service: Service, tmp_path: Path, signum: signal.Signals) -> None:
    bridge = attach(service)
    working = bridge.submit(fake_request(tmp_path, hang_at=1))
    waiting = bridge.submit(fake_request(tmp_path))
    next(event for event in bridge.follow(working.id) if isinstance(event.state, Running))
    service.process.send_signal(signum)
    assert service.process.wait(20) == 0
    assert not RunFile.path(service.home).exists()
    assert (tmp_path / ".shot_hdr_v001.partial" / "shot_hdr_v001.00000000.exr").exists()
    assert_interrupted_and_waiting(service.home, working.id, waiting.id)


def assert_interrupted_and_waiting(home: Path, working: str, waiting: str) -> None:
    with sqlite3.connect(home / "jobs.sqlite3") as db:
        kinds = dict(db.execute("SELECT id, kind FROM job").fetchall())
    db.close()
    assert kinds == {working: "failed", waiting: "queued"}


def test_it_stops_when_asked(service: Service) -> None:
    attach(service).shutdown()
    assert service.process.wait(20) == 0
    assert not RunFile.path(service.home).exists()
    with pytest.raises(BridgeUnreachable, match="No bridge"):
        attach(service)


def test_a_foreign_run_file_is_left_alone_at_the_end(service: Service) -> None:
    bridge = attach(service)
    RunFile.path(service.home).write_text("{}")
    bridge.shutdown()
    service.process.wait(20)
    assert RunFile.path(service.home).read_text() == "{}"


def test_it_leaves_when_nobody_needs_it(launch: Launch, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    service = launch(idle_seconds=1)
    with attach(service) as bridge:
        job = bridge.submit(fake_request(tmp_path / "out", gate=gate))
    # Alone with a job, for longer than it may be idle, it stays.
    with pytest.raises(subprocess.TimeoutExpired):
        service.process.wait(3)
    with attach(service) as bridge:
        events = bridge.follow(job.id)
        next(events)
        gate.touch()
        assert isinstance(list(events)[-1].state, Ready)
    assert service.process.wait(20) == 0
    assert not RunFile.path(service.home).exists()


def test_it_stays_while_someone_listens(launch: Launch, tmp_path: Path) -> None:
    service = launch(idle_seconds=1)
    with (
        httpx.Client(base_url=service.url, headers=service.headers, trust_env=False) as listener,
        connect_sse(listener, "GET", "/v1/events"),
        pytest.raises(subprocess.TimeoutExpired),
    ):
        service.process.wait(3)
    assert service.process.wait(20) == 0


def test_a_kill_leaves_a_job_that_a_retry_finishes(launch: Launch, tmp_path: Path) -> None:
    first = launch()
    bridge = attach(first)
    job = bridge.submit(fake_request(tmp_path, frames=5, hang_at=3, first_attempt_only=True))
    after = bridge.submit(fake_request(tmp_path, clip="/plates/other.mov"))
    next(e for e in bridge.follow(job.id) if isinstance(e.state, Running) and e.state.done == 3)
    first.kill()
    assert RunFile.path(first.home).exists()

    bridge = attach(launch())
    interrupted = bridge.job(job.id)
    assert isinstance(interrupted.state, Failed)
    assert interrupted.state.error.kind == "JobInterrupted"
    assert isinstance(list(bridge.follow(after.id))[-1].state, Ready)
    assert (tmp_path / ".shot_hdr_v001.partial").is_dir()
    retried = bridge.retry(job.id)
    assert not isinstance(retried.state, Failed)
    last = list(bridge.follow(job.id))[-1]
    assert isinstance(last.state, Ready)
    assert last.state.result.measures == {"kept": 3}
    assert (tmp_path / "shot_hdr_v001" / "shot_hdr_v001.00000004.exr").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_backend_that_takes_the_bridge_down_does_so_once(launch: Launch, tmp_path: Path) -> None:
    first = launch()
    job = attach(first).submit(fake_request(tmp_path, die_at=1, first_attempt_only=True))
    assert first.process.wait(20) == 9
    bridge = attach(launch())
    state = bridge.job(job.id).state
    assert isinstance(state, Failed)
    bridge.retry(job.id)
    assert isinstance(list(bridge.follow(job.id))[-1].state, Ready)


def test_waiting_jobs_survive_a_kill(launch: Launch, tmp_path: Path) -> None:
    first = launch()
    bridge = attach(first)
    bridge.submit(fake_request(tmp_path, hang_at=0))
    waiting = [bridge.submit(fake_request(tmp_path)) for _ in range(3)]
    assert [job.state for job in waiting] == [Queued(ahead=n) for n in (1, 2, 3)]
    first.kill()
    bridge = attach(launch())
    for job in waiting:
        assert isinstance(list(bridge.follow(job.id))[-1].state, Ready)


def test_a_damaged_job_list_does_not_keep_it_from_starting(launch: Launch, home: Path) -> None:
    home.mkdir()
    (home / "jobs.sqlite3").write_bytes(b"not a database at all" * 500)
    bridge = attach(launch())
    assert bridge.jobs() == ()
    assert "could not be read" in (home / "bridge.log").read_text()
    assert list(home.glob("jobs.damaged-*"))


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "bridge.service", "--port", str(port)],
            env={**os.environ, "SUPERWHITE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 50
    assert f"port {port}" in done.stderr
    assert not RunFile.path(home).exists()
