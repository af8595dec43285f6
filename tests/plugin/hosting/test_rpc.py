"""The line to a host in another process: what it carries, and what becomes of it when either side misbehaves."""

from __future__ import annotations

import ast
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bridge.domain.host import HostClip, HostFailure, HostMask, JobLine, PlaceOrder, Result
from plugin.hosting.door import Door
from plugin.hosting.installation import Installation
from plugin.hosting.main_thread import MainQueue
from plugin.hosting.wire import LONGEST_HELLO, PROTOCOL, pack, unpack
from plugin.remote_host import attach as attaching
from plugin.remote_host.attach import attach
from plugin.remote_host.line import Worker
from plugin.remote_host.remote import DEADLINES, RemoteHost
from plugin.remote_host.transcript import Transcript
from tests.fakes.host import FakeHost
from tests.fakes.replay import Replay

ROOT = Path(__file__).resolve().parents[3]

CLIP = HostClip(
    "V1/1",
    'Ünï "片" \ud83d.mov',  # half a pair, as a damaged name on a drive is read
    "/plates/shot.mov",
    rate="24000/1001",
    record_end=10,
    masks=(HostMask("m", "Matte", "matte"),),
)


def result(job="job"):
    return Result(
        job=job,
        clip="V1/1",
        directory="/out/shot_hdr_v001",
        pattern="shot_hdr_v001.%08d.exr",
        first=1001,
        last=1010,
        rate="24",
        handles_before=0,
        handles_after=0,
        width=64,
        height=48,
        color="lin_rec709",
        reference_white=203,
    )


@pytest.fixture
def installation(tmp_path):
    return Installation(root=ROOT, python=Path(sys.executable), state=tmp_path)


@pytest.fixture
def host():
    return FakeHost(CLIP)


@pytest.fixture
def door(installation, host, monkeypatch):
    monkeypatch.setitem(attaching.HOSTS, "fake", "Fake")
    door = Door(installation, "fake", host)
    door.open()
    yield door
    door.close()


@pytest.fixture
def remote(door, tmp_path):
    remote = attach("fake", tmp_path)
    yield remote
    remote.close()


def worker(habit, seconds=None, transcript=None):
    command = [sys.executable, "-m", "tests.fakes.host_worker", habit]
    deadlines = {**DEADLINES, "selection": seconds or DEADLINES["selection"]}
    lines = []

    def connect():
        lines.append(Worker(command, ROOT))
        return lines[-1], ""

    return RemoteHost("Fake", connect, transcript, deadlines), lines


def test_everything_travels_as_it_is(remote, host):
    host.abilities = type(host.abilities)(export=True, masks=True, place=True, revert=True, shows_jobs=True)
    assert remote.facts() == host.facts()
    assert remote.selection() == host.selection()
    placing = remote.place(PlaceOrder("/projects/cut.otio", (result(), result("other")), "replace"))
    assert host.orders == [PlaceOrder("/projects/cut.otio", (result(), result("other")), "replace")]
    assert [each.job for each in placing.placed] == ["job", "other"]
    assert remote.revert(tuple(each.placement for each in placing.placed)) == "2 taken out."
    jobs = (JobLine("a", "片", "Running", 0.5), JobLine("b", "shot", "Waiting"))
    assert remote.show_jobs(jobs) is None
    assert host.shown == jobs


def test_a_refusal_arrives_whole(remote, host):
    host.fails = HostFailure("The track is locked.", kind="refused", remedy="Unlock it.", detail="V2")
    with pytest.raises(HostFailure) as caught:
        remote.selection()
    failure = caught.value
    assert (failure.sentence, failure.kind, failure.remedy, failure.detail) == (
        "The track is locked.",
        "refused",
        "Unlock it.",
        "V2",
    )
    host.fails = None
    assert remote.selection().clips == (CLIP,)


def test_a_fault_in_an_adapter_is_an_answer_too(remote, host):
    host.fails = ZeroDivisionError("division by zero")
    with pytest.raises(HostFailure, match="part in this application has failed") as caught:
        remote.selection()
    assert "ZeroDivisionError" in caught.value.detail
    host.fails = None
    assert remote.facts().name == "fake"


def test_the_file_at_the_door_is_its_users_alone_and_goes_with_it(door, tmp_path):
    if os.name == "posix":
        assert stat.S_IMODE(door.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(door.path.parent.stat().st_mode) == 0o700
    door.close()
    assert not door.path.exists()
    with pytest.raises(HostFailure, match="cannot be reached") as caught:
        attach("fake", tmp_path).facts()
    assert caught.value.kind == "lost"


def test_closing_the_door_ends_lines_and_the_next_call_says_so(door, remote, host):
    remote.facts()
    door.close()
    assert host.closed
    with pytest.raises(HostFailure) as caught:
        remote.facts()
    assert caught.value.kind == "lost"


def test_a_host_that_comes_back_is_found_again(door, remote, installation, host):
    remote.facts()
    door.close()
    with pytest.raises(HostFailure):
        remote.facts()
    again = Door(installation, "fake", host)
    again.open()
    assert remote.facts().name == "fake"
    again.close()


def test_what_a_crashed_host_left_behind_is_cleared(door, tmp_path):
    about = json.loads(door.path.read_text())
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    stale = door.path.with_name("fake-1.json")
    stale.write_text(json.dumps({**about, "pid": gone.pid}))
    (door.path.parent / "fake-2.json").write_bytes(b"\x00 no door")
    assert attach("fake", tmp_path).facts().name == "fake"
    assert not stale.exists()


def test_where_two_are_open_the_user_says_which(door, tmp_path):
    about = json.loads(door.path.read_text())
    parent = os.getppid()
    door.path.with_name("fake-other.json").write_text(json.dumps({**about, "pid": parent}))
    with pytest.raises(HostFailure, match="open 2 times") as caught:
        attach("fake", tmp_path).facts()
    assert f"fake:{parent}" in caught.value.remedy
    assert attach("fake", tmp_path, pid=os.getpid()).facts().name == "fake"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"[]\n",
        b'{"hello": {"protocol": 1, "token": "wrong"}}\n',
        b'{"hello": {"protocol": 1}}\n',
        b'{"hello": "now"}\n',
        b'{"id": 1, "call": "facts", "arguments": []}\n',
        b"x" * (LONGEST_HELLO + 100) + b"\n",
        b"[" * 4000 + b"\n",
    ],
)
def test_nobody_comes_in_without_the_token(door, host, said):
    about = json.loads(door.path.read_text())
    with socket.create_connection(("127.0.0.1", about["port"]), timeout=5) as stranger:
        stranger.sendall(said)
        stranger.shutdown(socket.SHUT_WR)
        assert stranger.makefile("rb").read() == b""
    assert host.threads == set()


@pytest.mark.parametrize(
    "said",
    [
        {"call": "close", "arguments": []},
        {"call": "__init__", "arguments": []},
        {"call": "clips", "arguments": []},
        {"call": "facts", "arguments": ["more"]},
        {"call": "revert", "arguments": ["text"]},
        {"call": "revert", "arguments": [[1]]},
        {"call": "export", "arguments": ["a", "b", True]},
        {"call": "place", "arguments": [{"project": "p", "results": [{"job": "j"}], "conflict": "skip"}]},
        {"call": "place", "arguments": [None]},
    ],
)
def test_only_calls_of_the_protocol_are_made(door, host, said):
    about = json.loads(door.path.read_text())
    with socket.create_connection(("127.0.0.1", about["port"]), timeout=5) as caller, caller.makefile("rwb") as file:
        file.write(pack({"hello": {"protocol": PROTOCOL, "version": "1", "token": about["token"]}}))
        file.flush()
        assert "hello" in unpack(file.readline())
        file.write(pack({"id": 1, **said}))
        file.flush()
        assert file.readline() == b""
    assert host.threads == set()


def test_another_version_is_told_what_to_do(door):
    about = json.loads(door.path.read_text())
    with socket.create_connection(("127.0.0.1", about["port"]), timeout=5) as caller, caller.makefile("rwb") as file:
        file.write(pack({"hello": {"protocol": PROTOCOL + 1, "version": "9.9", "token": about["token"]}}))
        file.flush()
        failure = unpack(file.readline())["failure"]
    assert "9.9" in failure["sentence"]
    assert failure["kind"] == "unsupported"
    assert "superwhite install" in failure["remedy"]


def test_two_callers_are_served_one_at_a_time(door, host, tmp_path):
    busy, worst = [], []

    class Watching(FakeHost):
        def selection(self):
            busy.append(1)
            worst.append(len(busy))
            time.sleep(0.05)
            busy.pop()
            return super().selection()

    door._server._host = Watching(CLIP)
    callers = [attach("fake", tmp_path) for _ in range(3)]
    threads = [threading.Thread(target=lambda c=c: [c.selection() for _ in range(4)]) for c in callers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert worst == [1] * 12


def test_a_worker_that_hangs_is_killed_and_the_next_call_gets_another():
    remote, lines = worker("hanging", seconds=1.0)
    assert remote.facts().name == "fake"
    with pytest.raises(HostFailure, match="is busy and has not answered for 1 seconds") as caught:
        remote.selection()
    assert caught.value.kind == "busy"
    assert lines[0]._process.poll() is not None
    assert remote.facts().name == "fake"
    assert len(lines) == 2
    remote.close()
    assert lines[1]._process.poll() == 0


def test_the_last_words_of_a_worker_that_crashes_are_kept():
    remote, _ = worker("falling")
    with pytest.raises(HostFailure) as caught:
        remote.selection()
    assert caught.value.kind == "lost"
    assert "the library has crashed" in caught.value.detail
    remote.close()


def test_a_worker_that_cannot_start_is_a_failure(tmp_path):
    with pytest.raises(HostFailure, match="cannot be started"):
        Worker([str(tmp_path / "no-such-python")], tmp_path)
    remote = RemoteHost("Fake", lambda: (Worker([sys.executable, "-c", "raise SystemExit('no library')"], ROOT), ""))
    with pytest.raises(HostFailure) as caught:
        remote.facts()
    assert "no library" in caught.value.detail


def test_a_transcript_can_be_played_again(tmp_path):
    path = tmp_path / "trace.jsonl"
    remote, _ = worker("sound", transcript=Transcript(path))
    said = (remote.facts(), remote.selection(), remote.place(PlaceOrder("/projects/cut.otio", (result(),))))
    remote.close()
    assert "token" not in path.read_text()
    again = RemoteHost("Fake", lambda: (Replay(path), "any"))
    assert (again.facts(), again.selection(), again.place(PlaceOrder("/projects/cut.otio", (result(),)))) == said
    again.close()
    other = RemoteHost("Fake", lambda: (Replay(path), "any"))
    with pytest.raises(AssertionError):
        other.selection()


@pytest.mark.parametrize(
    "answer",
    [
        {"id": 1},
        {"id": 1, "value": {"name": "x"}},
        {"id": 1, "value": "text"},
        {"id": 7, "value": None},
        {"id": 1, "failure": "no"},
    ],
)
def test_an_answer_that_cannot_be_used_is_refused(answer):
    class Odd:
        def __init__(self):
            self.said = [{"hello": {"protocol": PROTOCOL}}, answer]

        def send(self, line):
            pass

        def receive(self, seconds):
            return pack(self.said.pop(0))

        def close(self):
            pass

        def last_words(self):
            return ""

    with pytest.raises(HostFailure):
        RemoteHost("Fake", lambda: (Odd(), "")).facts()


def test_a_main_thread_that_has_no_time_is_told_of_and_nothing_happens_later():
    queue = MainQueue("Fake", patience=0.2)
    done, answers = [], []

    def ask():
        try:
            answers.append(queue(done.append, "late"))
        except HostFailure as failure:
            answers.append(failure)

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()  # nobody drains meanwhile
    queue.drain()
    assert done == []
    assert "busy" in answers[0].sentence


def test_slices_run_on_the_main_thread_in_turns():
    queue = MainQueue("Fake")
    threads, errors = [], []

    def work(seconds):
        threads.append(threading.current_thread())
        time.sleep(seconds)
        if seconds > 0.02:
            raise KeyError("slow")

    def ask():
        for seconds in (0.001, 0.03):
            try:
                queue(work, seconds)
            except KeyError as error:
                errors.append(error)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for each in asking:
        each.start()
    while any(each.is_alive() for each in asking):
        queue.drain()
        time.sleep(0.001)
    assert threads == [threading.current_thread()] * 6
    assert len(errors) == 3


def test_work_that_waits_when_the_host_closes_is_withdrawn():
    queue = MainQueue("Fake")
    failures = []

    def ask():
        try:
            queue(print)
        except HostFailure as failure:
            failures.append(failure.kind)

    asking = threading.Thread(target=ask)
    asking.start()
    while not queue._waiting:
        time.sleep(0.001)
    queue.close()
    asking.join()
    ask_again = threading.Thread(target=ask)
    ask_again.start()
    ask_again.join()
    assert failures == ["lost", "lost"]


def test_what_runs_in_hosts_is_standard_and_old_enough():
    for path in (ROOT / "plugin" / "hosting").glob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import plugin.hosting.door, plugin.hosting.logbook"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"{code}; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) - {"__main__", "bridge", "plugin"} == set()
