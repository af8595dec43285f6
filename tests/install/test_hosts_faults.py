"""Installing where it cannot be done, is cut short, or is done by several at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from install.hosts import manifest
from install.hosts.condition import condition
from install.hosts.manifest import alone
from install.hosts.problem import InstallProblem
from tests.install.host_site import Site, snapshot
from tests.install.test_hosts_find import put

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.fixture
def drive(tmp_path):
    """`drive(options)` mounts a small drive of its own; where that is not allowed, the test is left out."""
    mounted = []

    def mount(options, folder=None):
        folder = folder or tmp_path / f"drive{len(mounted)}"
        folder.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a drive is not allowed here")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_read_only_drive_is_one_sentence_and_changes_nothing(site, drive):
    folder = drive("size=1m", site.nuke)
    put(folder / "init.py", b"x = 1")
    before = snapshot(site.files)
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    for host in ("nuke", "hiero"):
        with pytest.raises(InstallProblem, match="cannot be written to") as caught:
            site.install(host)
        assert caught.value.kind == "unwritable"
    assert snapshot(site.files) == before
    assert not (site.state / "launchers").exists()


def test_an_uninstall_that_is_refused_can_be_repeated(site, drive):
    drive("size=1m", site.nuke)
    before = snapshot(site.files)
    site.install("nuke")
    installed = snapshot(site.files)
    subprocess.run(["mount", "-o", "remount,ro", site.nuke], check=True)
    with pytest.raises(InstallProblem, match="cannot be written to"):
        site.uninstall("nuke")
    assert snapshot(site.files) == installed
    subprocess.run(["mount", "-o", "remount,rw", site.nuke], check=True)
    site.uninstall("nuke")
    assert snapshot(site.files) == before


def test_a_full_drive_is_one_sentence_and_changes_nothing(site, drive):
    drive("size=12k", site.nuke)
    put(site.nuke / "init.py", b"x = 1\n")
    put(site.nuke / "filling", b"x" * 4096)
    before = snapshot(site.files)
    with pytest.raises(InstallProblem, match="no space") as caught:
        site.install("nuke")
    assert caught.value.kind == "full"
    assert snapshot(site.files) == before
    (site.nuke / "filling").unlink()
    assert condition(site.pieces("nuke")[0], None) == "missing"


def apart(work):
    """Do `work` in a process of its own; gives how that ended."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_before(change, work):
    """Do `work`, and kill the process by signal 9 before its change number `change` on the drive."""

    def counting(owner, name):
        real = getattr(owner, name)

        def called(*arguments, **more):
            nonlocal change
            change -= 1
            if change == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **more)

        setattr(owner, name, called)

    def counted():
        for owner, name in ((Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (Path, "rmdir"), (os, "fsync")):
            counting(owner, name)
        work()

    return apart(counted)


@pytest.mark.parametrize("verb", ["install", "uninstall"])
@pytest.mark.parametrize("then", ["install", "uninstall"])
def test_a_process_killed_at_any_moment_leaves_nothing_that_the_next_does_not_settle(tmp_path, verb, then):
    site = Site(tmp_path)
    put(site.nuke / "init.py", b"x = 1\r\n")
    before = snapshot(site.files)
    site.install("nuke")
    installed = snapshot(site.files)
    site.uninstall("nuke")
    for steps in range(1, 60):
        if verb == "uninstall":
            site.install("nuke")
        ended = killed_before(steps, lambda: getattr(site, verb)("nuke"))
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        getattr(site, then)("nuke")
        assert snapshot(site.files) == (installed if then == "install" else before), steps
        site.uninstall("nuke")
        assert snapshot(site.files) == before, steps
        assert not (site.state / "launchers").exists()
    else:
        raise AssertionError("it never came to its end")
    assert steps > 8


def test_many_installations_and_removals_at_once_end_whole(site, tmp_path):
    before = snapshot(site.files)
    code = (
        "import sys; from pathlib import Path; from tests.install.host_site import Site\n"
        f"site = Site(Path({str(tmp_path)!r}))\n"
        "for _ in range(8): getattr(site, sys.argv[1])('nuke')"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, verb], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for verb in ("install", "uninstall", "install", "uninstall")
    ]
    for process in running:
        assert process.communicate()[1] == ""
    site.install("nuke")
    assert {condition(piece, None) for piece in site.pieces("nuke")} == {"current"}
    site.uninstall("nuke")
    assert snapshot(site.files) == before


def test_a_lock_that_its_last_holder_took_away_is_not_taken_for_one(site, monkeypatch):
    lock = site.state / "launchers" / "lock"
    taken, calls = manifest._taken, []

    def late(descriptor):
        calls.append(descriptor)
        if len(calls) == 1:
            lock.unlink()  # as whoever uninstalls last does, between our opening it and our taking it
        return taken(descriptor)

    monkeypatch.setattr(manifest, "_taken", late)
    with alone(site.state):
        assert lock.exists()
    assert len(calls) == 2


def test_whoever_waits_too_long_is_told(site, monkeypatch):
    monkeypatch.setattr("install.hosts.manifest._PATIENCE_SECONDS", 0.2)
    with alone(site.state), pytest.raises(InstallProblem, match="under way"):
        site.install("nuke")
