"""The set-up of a fresh machine, for real, with the few packages that the editable install itself needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from install import environment as setup
from install.environment import Environment, SetupError

ROOT = Path(__file__).resolve().parents[2]
BUILD = {"hatchling", "editables", "packaging", "pathspec", "pluggy", "trove-classifiers"}


def small_lock(*more):
    """The entries of the real lock that build the project, and those of `more`."""
    text = (ROOT / "install" / "lock" / "dev.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^[\w.-]+==(?:.*\\\n)(?:    --hash.*\n)+", text, re.MULTILINE)
    return "".join(entry for entry in entries if entry.split("==")[0] in BUILD | set(more))


@pytest.fixture
def repository(tmp_path):
    """A copy with only what set-up touches, in a folder that tries every weak spot of paths."""
    root = tmp_path / "Über Ordner 日本 'q'"
    root.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    for name in ("bridge", "plugin", "qt_panels", "install"):
        (root / name).mkdir()
        shutil.copy(ROOT / name / "__init__.py", root / name / "__init__.py")
    (root / "runtime.txt").write_text(small_lock())
    (root / "dev.txt").write_text(small_lock("iniconfig"))
    return root


def environment(root, uv=None, said=None):
    python = Path(getattr(sys, "_base_executable", sys.executable))
    say = (said if said is not None else []).append
    return Environment(root, python, root / "runtime.txt", root / "dev.txt", uv, say)


def imports(python, module, **env):
    code = f"import {module}; print({module}.__file__)"
    return subprocess.run(
        [python, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | env,
        cwd="/",
        check=False,
    )


TOOLS = ["venv and pip", *(["uv"] if shutil.which("uv") else [])]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_fresh_folder_becomes_a_working_environment(repository, tool):
    said = []
    python = environment(repository, shutil.which("uv") if tool == "uv" else None, said).ensure(dev=False)
    assert f"with {tool}" in said[0]
    found = imports(python, "bridge")
    assert found.stdout.strip() == str(repository / "bridge" / "__init__.py"), found.stderr
    # In the C locale, where Python cannot decode the folder's name from a file, it starts all the same.
    assert imports(python, "bridge", LC_ALL="C", PYTHONUTF8="1").returncode == 0
    assert imports(python, "iniconfig").returncode != 0


def test_a_second_run_does_nothing_and_a_change_makes_it_again(repository):
    uv = shutil.which("uv")
    said = []
    one = environment(repository, uv, said)
    one.ensure(dev=False)
    one.ensure(dev=False)
    assert len(said) == 1
    # Development needs more, and what it has is enough for running.
    assert imports(one.ensure(dev=True), "iniconfig").returncode == 0
    one.ensure(dev=False)
    assert len(said) == 2
    (repository / "runtime.txt").write_text(small_lock() + "\n# changed\n")
    one.ensure(dev=False)
    assert len(said) == 3
    assert imports(one.python, "iniconfig").returncode != 0


def test_an_unfinished_or_moved_environment_is_made_again(repository):
    uv = shutil.which("uv")
    one = environment(repository, uv)
    one.ensure(dev=False)
    (one.folder / "superwhite-setup.json").write_text("{ half")
    said = []
    environment(repository, uv, said).ensure(dev=False)
    assert len(said) == 1
    moved = repository.rename(repository.with_name("moved"))
    said = []
    python = environment(moved, uv, said).ensure(dev=False)
    assert len(said) == 1
    assert imports(python, "bridge").stdout.strip() == str(moved / "bridge" / "__init__.py")


def test_the_environment_s_own_python_may_start_the_set_up(repository):
    uv = shutil.which("uv")
    python = environment(repository, uv).ensure(dev=False)
    said = []
    Environment(repository, python, repository / "runtime.txt", repository / "dev.txt", uv, said.append).ensure(
        dev=False
    )
    assert said == []


def test_an_environment_whose_python_is_gone_is_made_again(repository):
    one = environment(repository, shutil.which("uv"))
    python = one.ensure(dev=False)
    python.unlink()
    one.ensure(dev=False)
    assert imports(python, "bridge").returncode == 0


def test_a_folder_that_may_not_be_written_is_said_in_a_sentence(repository):
    (repository / ".venv.lock").mkdir()
    with pytest.raises(SetupError, match=r"[.]venv[.]lock cannot be written"):
        environment(repository).ensure(dev=False)


def test_a_uv_that_does_not_run_is_no_uv(tmp_path):
    shim = tmp_path / "uv"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    code = "from install.environment import find_uv; print(find_uv())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "None"


def test_a_package_that_is_not_the_locked_one_is_refused(repository):
    text = re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, small_lock())
    (repository / "runtime.txt").write_text(text)
    one = environment(repository, shutil.which("uv"))
    with pytest.raises(SetupError, match="install the dependencies") as failure:
        one.ensure(dev=False)
    assert "differs from the locked one" in failure.value.remedy
    assert not (one.folder / "superwhite-setup.json").exists()


def test_this_python_is_taken():
    assert setup.find_python(None).exists()


def test_two_set_ups_of_a_folder_wait_for_each_other(repository):
    code = (
        "import sys; from pathlib import Path; from install.environment import Environment;"
        "root = Path(sys.argv[1]);"
        "e = Environment(root, Path(sys.argv[2]), root / 'runtime.txt', root / 'dev.txt', sys.argv[3] or None,"
        " lambda text: print(text, flush=True)); e.ensure(False)"
    )
    base = getattr(sys, "_base_executable", sys.executable)
    command = [sys.executable, "-c", code, str(repository), base, shutil.which("uv") or ""]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(process.communicate(timeout=120)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said.count("Setting up") == 1
