"""The worker as a process, over a project that it shares with this one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.domain.host import HostFailure
from plugin.remote_host.attach import attach
from plugin.remote_host.line import Worker
from plugin.remote_host.remote import DEADLINES, RemoteHost
from tests.fakes.resolve.reel import order_for, pick, result_for
from tests.fakes.resolve.stage import Stage

ROOT = Path(__file__).resolve().parents[3]
PULSE = "0.1"


@pytest.fixture
def stage(version, tmp_path, monkeypatch, footage):
    made = Stage(version, file=tmp_path / "resolve.json")
    made.project()
    made.timeline()
    item = made.put(made.media(footage), at=10, source=5, frames=20)
    pick(made, item)
    for key, value in made.environment(tmp_path / "fusionscript.so").items():
        monkeypatch.setenv(key, value)
    return made


@pytest.fixture
def remote(tmp_path):
    host = attach("resolve", tmp_path / "state")
    yield host
    host.close()


def test_a_round_trip_over_the_pipe(stage, remote, tmp_path):
    """What the library prints stays away from the answers."""
    facts = remote.facts()
    assert (facts.name, facts.title) == ("resolve", "DaVinci Resolve Studio")
    (clip,) = remote.selection().clips
    before = stage.picture()
    placing = remote.place(order_for(remote, result_for(clip, tmp_path)))
    assert len(stage.items(2)) == 1
    other = attach("resolve", tmp_path / "state")
    try:
        other.revert((placing.placed[0].placement,))
    finally:
        other.close()
    assert stage.picture() == before


ONE = pytest.mark.parametrize("version", ["21.1"], indirect=True)


@ONE
@pytest.mark.parametrize("busy", ["rendering", "playing", "modal"])
def test_a_call_that_never_returns_is_cut_off_by_its_caller(stage, tmp_path, busy):
    """And the next call has a new worker, which finds the project as it is."""
    command = [sys.executable, "-m", "plugin.resolve.worker", "--state", str(tmp_path / "state")]
    lines = []

    def connect():
        lines.append(Worker(command, ROOT))
        return lines[-1], ""

    host = RemoteHost("DaVinci Resolve", connect, None, {**DEADLINES, "selection": 3.0})
    try:
        host.facts()
        with stage.changing() as doc:
            doc["busy"] = busy
        with pytest.raises(HostFailure):
            host.selection()
        # A call that hangs holds the lock of the shared file no longer than its process.
        with stage.changing() as doc:
            doc["busy"] = ""
        assert len(host.selection().clips) == 1
        assert len(lines) == 2
    finally:
        host.close()


@ONE
def test_the_worker_leaves_with_resolve(stage, tmp_path):
    process = start(tmp_path)
    call(process, 1, "facts")
    with stage.changing() as doc:
        doc["running"] = False
    assert process.wait(30) == 0


@ONE
def test_the_worker_leaves_with_its_caller(stage, tmp_path):
    process = start(tmp_path)
    call(process, 1, "facts")
    process.stdin.close()
    assert process.wait(30) == 0


CALLER = """
import subprocess, sys
worker = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def say(line):
    worker.stdin.write(line.encode() + b"\\n")
    worker.stdin.flush()
say('{"hello": {"protocol": 1}}')
worker.stdout.readline()
say('{"id": 1, "call": "facts", "arguments": []}')
worker.stdout.readline()
print(worker.pid, flush=True)
sys.stdin.readline()
say('{"id": 2, "call": "selection", "arguments": []}')
print("said", flush=True)
worker.stdout.readline()
"""


@ONE
@pytest.mark.skipif(sys.platform == "win32", reason="a process is not told there that its parent has gone")
def test_a_worker_that_hangs_leaves_with_its_caller(stage, tmp_path):
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, *command(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    worker = int(caller.stdout.readline())
    with stage.changing() as doc:
        doc["busy"] = "modal"
    caller.stdin.write(b"\n")
    caller.stdin.flush()
    caller.stdout.readline()
    caller.kill()
    caller.wait()
    end = time.monotonic() + 30
    while (there := alive(worker)) and time.monotonic() < end:
        time.sleep(0.05)
    if there:
        os.kill(worker, 9)
    assert not there


@ONE
def test_the_log_says_what_went_wrong(stage, tmp_path, remote):
    with stage.changing() as doc:
        doc["current"] = ""
    with pytest.raises(HostFailure, match="No project is open"):
        remote.selection()
    assert "No project is open" in (tmp_path / "state" / "log" / "resolve.log").read_text(encoding="utf-8")


def test_the_menu_starts_the_panel_and_never_fails(tmp_path, capsys):
    from plugin.hosting.installation import Installation
    from plugin.resolve.menu import main

    ran = tmp_path / "ran"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" > "{ran}.part"; mv "{ran}.part" "{ran}"\n')
    python.chmod(0o755)
    assert main(Installation(ROOT, python, tmp_path / "state"))
    end = time.monotonic() + 30
    while not ran.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert ran.read_text().split() == ["-m", "plugin.remote_host", "resolve"]
    assert not main(Installation(ROOT, tmp_path / "no python", tmp_path / "state"))
    assert "resolve.log" in capsys.readouterr().out


def command(tmp_path):
    state = str(tmp_path / "state")
    return [sys.executable, "-m", "plugin.resolve.worker", "--state", state, "--pulse", PULSE]


def start(tmp_path):
    process = subprocess.Popen(command(tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    process.stdin.write(b'{"hello": {"protocol": 1}}\n')
    process.stdin.flush()
    assert b"hello" in process.stdout.readline()
    return process


def call(process, number, name):
    process.stdin.write(b'{"id": %d, "call": "%s", "arguments": []}\n' % (number, name.encode()))
    process.stdin.flush()
    assert b'"value"' in process.stdout.readline()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process whose parent has not asked after it yet is as good as gone.
    stat = Path("/proc", str(pid), "stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
