from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.acceptance.terminal import Terminal


@pytest.fixture(scope="session")
def terminal(tmp_path_factory):
    """One bridge for all tests that leave it alive."""
    one = Terminal(tmp_path_factory.mktemp("home"))
    yield one
    one.close()


@pytest.fixture
def own_terminal(tmp_path):
    """A bridge that the test may kill."""
    one = Terminal(tmp_path / "home")
    yield one
    one.close()


@pytest.fixture
def drive(tmp_path):
    """`drive(size)` mounts a small drive of its own; where that is not allowed, the test is left out."""
    mounted = []

    def mount(options):
        folder = tmp_path / f"drive{len(mounted)}"
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("mounting a drive is not allowed here")
        mounted.append(folder)
        return folder

    if shutil.which("mount") is None:
        pytest.skip("this system mounts no drives by command")
    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)
