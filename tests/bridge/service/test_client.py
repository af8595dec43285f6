"""The client against real bridges: found, started, lost and found again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bridge.client import Bridge, RunFile, state_home
from bridge.domain.errors import (
    BridgeLost,
    BridgeUnreachable,
    JobStateConflict,
    JobUnknown,
    RequestError,
)
from bridge.domain.job import Cancelled, Failed, Queued, Ready, Running
from tests.fakes.backend import fake_request
from tests.fakes.service import Launch, Service, until


@pytest.fixture
def ended_afterwards(home: Path) -> Iterator[None]:
    """End the bridge that a client has started in `home`."""
    yield
    run_file = RunFile.read(home)
    if run_file and psutil.pid_exists(run_file.pid):
        psutil.Process(run_file.pid).kill()


@pytest.mark.usefixtures("ended_afterwards")
def test_the_first_client_starts_a_bridge_and_the_next_finds_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPERWHITE_HOME", str(home))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.chdir(home.parent)
    with Bridge.attach_or_start() as first, Bridge.attach_or_start(start=False) as second:
        assert first.health() == second.health()
        assert {capability.backend for capability in first.capabilities()} == {"embedded", "ltx", "fal", "oxen"}
        process = psutil.Process(first.health().pid)
        assert process.pid != os.getpid()
        if os.name != "nt":
            assert os.getsid(process.pid) == process.pid
        first.shutdown()
    process.wait(20)
    assert not RunFile.path(home).exists()


@pytest.mark.usefixtures("ended_afterwards")
def test_clients_that_start_at_once_share_one_bridge(home: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        bridges = list(pool.map(lambda _: Bridge.attach_or_start(home=home), range(3)))
    assert len({bridge.health().pid for bridge in bridges}) == 1
    bridges[0].shutdown()


@pytest.mark.usefixtures("ended_afterwards")
@pytest.mark.parametrize("kind", ["damaged", "dead", "stranger", "silent"])
def test_a_stale_run_file_is_replaced(home: Path, kind: str) -> None:
    home.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if kind == "stranger":
            threading.Thread(target=_answer_as_a_web_server, args=(listener,), daemon=True).start()
        elif kind == "dead":
            listener.close()
        stale = RunFile(port=port, pid=1, token="secret", instance="old", version="0.1.0")
        RunFile.path(home).write_text("{" if kind == "damaged" else stale.model_dump_json())
        with Bridge.attach_or_start(home=home) as bridge:
            assert bridge.health().pid != 1
            assert bridge.jobs() == ()
            bridge.shutdown()


_heard: list[bytes] = []


def _answer_as_a_web_server(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            _heard.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")


def test_the_token_is_never_sent_to_a_stranger(home: Path) -> None:
    home.mkdir()
    _heard.clear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answer_as_a_web_server, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        stale = RunFile(port=port, pid=1, token="secret-token", instance="old", version="0.1.0")
        RunFile.path(home).write_text(stale.model_dump_json())
        with pytest.raises(BridgeUnreachable):
            Bridge.attach_or_start(home=home, start=False)
    assert _heard
    assert not any(b"secret-token" in heard for heard in _heard)


def test_a_bridge_whose_token_is_another_is_not_attached_to(service: Service) -> None:
    changed = service.run_file.model_copy(update={"token": "wrong"})
    RunFile.path(service.home).write_text(changed.model_dump_json())
    with pytest.raises(BridgeUnreachable):
        Bridge.attach_or_start(home=service.home, start=False)


def test_a_bridge_that_cannot_start_tells_why(home: Path) -> None:
    home.mkdir()
    (home / "jobs.sqlite3").mkdir()
    with pytest.raises(BridgeUnreachable, match="could not be started") as caught:
        Bridge.attach_or_start(home=home)
    assert "jobs.sqlite3" in caught.value.detail


def test_a_state_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BridgeUnreachable):
        Bridge.attach_or_start(home=tmp_path / "file" / "state")


@pytest.mark.usefixtures("ended_afterwards")
@pytest.mark.parametrize("other", [{"version": "9.9.9"}, {"installation": "/gone/superwhite"}])
def test_an_idle_bridge_of_another_superwhite_is_replaced(service: Service, other: dict[str, str]) -> None:
    _pretend(service, other)
    with pytest.raises(BridgeUnreachable, match=next(iter(other.values()))):
        Bridge.attach_or_start(home=service.home, start=False)
    with Bridge.attach_or_start(home=service.home) as bridge:
        assert bridge.health().pid != service.process.pid
        assert service.process.wait(20) == 0
        bridge.shutdown()


def test_a_working_bridge_of_another_version_is_left_alone(service: Service, bridge: Bridge, tmp_path: Path) -> None:
    bridge.submit(fake_request(tmp_path, hang_at=0))
    _pretend(service, {"version": "9.9.9"})
    with pytest.raises(BridgeUnreachable, match="it is at work"):
        Bridge.attach_or_start(home=service.home)
    assert bridge.health().status == "ok"


def _pretend(service: Service, other: dict[str, str]) -> None:
    changed = service.run_file.model_copy(update=other)
    RunFile.path(service.home).write_text(changed.model_dump_json())


def test_a_job_is_followed_to_its_end(bridge: Bridge, tmp_path: Path) -> None:
    job = bridge.submit(fake_request(tmp_path))
    assert isinstance(job.state, Queued) or job.state.state == "preparing"
    events = list(bridge.follow(job.id[:9]))
    assert [event.state.state for event in events] == ["queued", "preparing", "running", "verifying", "ready"]
    assert list(bridge.follow(job.id, after=events[-1].sequence)) == []
    assert [event.state.state for event in bridge.follow(job.id, after=events[2].sequence)] == ["verifying", "ready"]
    assert bridge.job(job.id).state == events[-1].state
    assert bridge.jobs() == (bridge.job(job.id),)


def test_following_a_retried_job_does_not_end_with_its_first_failure(bridge: Bridge, tmp_path: Path) -> None:
    job = bridge.submit(fake_request(tmp_path, fail_at=1, first_attempt_only=True))
    assert isinstance(list(bridge.follow(job.id))[-1].state, Failed)
    bridge.retry(job.id)
    states = [event.state.state for event in bridge.follow(job.id)]
    assert states.count("failed") == 1
    assert states[-1] == "ready"


def test_cancel_retry_and_forget(bridge: Bridge, tmp_path: Path) -> None:
    job = bridge.submit(fake_request(tmp_path, hang_at=1, first_attempt_only=True))
    next(event for event in bridge.follow(job.id) if isinstance(event.state, Running))
    with pytest.raises(JobStateConflict):
        bridge.forget(job.id)
    assert bridge.cancel(job.id).state == Cancelled()
    assert list(tmp_path.glob(".*")) == []
    bridge.retry(job.id)
    assert isinstance(list(bridge.follow(job.id))[-1].state, Ready)
    bridge.forget(job.id)
    with pytest.raises(JobUnknown):
        bridge.job(job.id)
    assert (tmp_path / "shot_hdr_v001").is_dir()


def test_errors_come_back_as_they_were_raised(bridge: Bridge, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as caught:
        bridge.submit(fake_request(tmp_path).model_copy(update={"parameters": {"frames": -1}}))
    assert "frames" in caught.value.sentence
    for stranger in ("zzz", "", "../health", "a b", "%2e%2e"):
        with pytest.raises(JobUnknown):
            bridge.job(stranger)


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are Unicode there")
def test_a_path_that_is_not_unicode_is_told(bridge: Bridge, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="not valid Unicode"):
        bridge.submit(fake_request(tmp_path / os.fsdecode(b"\xff")))


def test_relative_paths_are_those_of_the_client(
    bridge: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    job = bridge.submit(fake_request(Path("results"), clip="plates/shot.mov"))
    assert job.request.source.path == tmp_path / "plates/shot.mov"
    list(bridge.follow(job.id))
    assert (tmp_path / "results" / "shot_hdr_v001").is_dir()


def test_several_followers_see_the_same(bridge: Bridge, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    job = bridge.submit(fake_request(tmp_path / "out", gate=gate, frames=20))
    with ThreadPoolExecutor(4) as pool:
        followers = [pool.submit(lambda: list(bridge.follow(job.id))) for _ in range(4)]
        time.sleep(0.3)
        gate.touch()
        seen = [follower.result() for follower in followers]
    kinds = [[event.sequence for event in events if not isinstance(event.state, Running)] for events in seen]
    assert kinds.count(kinds[0]) == 4
    assert all(isinstance(events[-1].state, Ready) for events in seen)


def test_a_dropped_connection_is_taken_up_again(service: Service, bridge: Bridge, tmp_path: Path) -> None:
    """A relay between client and bridge is cut while a job is followed, and comes back on the same port."""
    gate = tmp_path / "gate"
    job = bridge.submit(fake_request(tmp_path / "out", gate=gate))
    relay = Relay(service.run_file.port)
    with Bridge(service.run_file.model_copy(update={"port": relay.port})) as far:
        events = far.follow(job.id)
        before = [next(events), next(events)]
        relay.cut()
        gate.touch()
        rest = list(events)
    assert relay.accepted > 1
    sequences = [event.sequence for event in (*before, *rest)]
    assert sequences == sorted(set(sequences))
    assert isinstance(rest[-1].state, Ready)


def test_a_bridge_that_dies_while_followed_is_lost(service: Service, bridge: Bridge, tmp_path: Path) -> None:
    job = bridge.submit(fake_request(tmp_path, hang_at=1))
    events = bridge.follow(job.id)
    next(event for event in events if isinstance(event.state, Running))
    service.kill()
    with pytest.raises(BridgeLost):
        list(events)
    with pytest.raises(BridgeLost):
        bridge.jobs()


def test_a_bridge_that_stops_while_followed_is_lost(service: Service, bridge: Bridge, tmp_path: Path) -> None:
    job = bridge.submit(fake_request(tmp_path, hang_at=1))
    events = bridge.follow(job.id)
    next(event for event in events if isinstance(event.state, Running))
    bridge.shutdown()
    with pytest.raises(BridgeLost):
        list(events)


class Relay:
    """Passes bytes between its port and another, until `cut` breaks every connection there is at that moment."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for end in self._open:
            with suppress(OSError):  # closed before
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self._target))
            self.accepted += 1
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_the_state_folder_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SUPERWHITE_HOME", str(tmp_path))
    assert state_home() == tmp_path
    monkeypatch.delenv("SUPERWHITE_HOME")
    assert state_home().name == "superwhite"


def test_the_client_is_light() -> None:
    """Panels import it while the host waits: none of the service, of the media or of numpy may come with it."""
    script = "import bridge.client, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"numpy", "fastapi", "uvicorn", "av", "OpenEXR", "numba", "filelock", "platformdirs", "sqlite3"}
    assert not heavy & set(loaded)
    ours = {name for name in loaded if name.split(".")[0] == "bridge"}
    assert all(name == "bridge" or name.startswith(("bridge.client", "bridge.domain")) for name in ours)


def test_a_launch_is_not_needed_to_say_that_none_runs(home: Path, launch: Launch) -> None:
    with pytest.raises(BridgeUnreachable, match="No bridge"):
        Bridge.attach_or_start(home=home, start=False)
    assert not home.exists()
    launch()
    until(lambda: Bridge.attach_or_start(home=home, start=False).health().status == "ok")
