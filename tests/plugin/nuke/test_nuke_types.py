"""The adapters against the published types, and in the Python that the oldest hosts have."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ADAPTERS = ("nuke", "hiero")
MYPY = ["--strict", "--allow-untyped-calls", "--python-version", "3.11", "--no-error-summary"]

# What a host of these parts has: no library but its own.
OWN_FILES = sorted(
    path for adapter in ADAPTERS for path in (ROOT / "plugin" / adapter).glob("*.py") if path.name != "dock.py"
)


def mypy(folder, *arguments):
    command = [sys.executable, "-m", "mypy", *MYPY, "--cache-dir", str(folder / "mypy"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """One run over everything, for it takes seconds: the adapters, and calls that are wrong."""
    folder = tmp_path_factory.mktemp("types")
    (folder / "wrong_nuke.py").write_text(
        "import nuke\n\ndef f(node: nuke.Node) -> None:\n    nuke.execut(node, 1, 2)\n    node.setXYposition(1, 2)\n"
        "    nuke.root().setModified()\n"
    )
    (folder / "wrong_hiero.py").write_text(
        "from plugin.hiero.api import TrackItem, core\n\ndef f(item: TrackItem) -> None:\n"
        "    item.timelineEnd()\n    item.setEnabled()\n    core().project()\n"
    )
    files = [str(folder / f"{name}.py") for name in ("wrong_nuke", "wrong_hiero")]
    packages = [str(ROOT / "plugin" / adapter) for adapter in ADAPTERS]
    return mypy(folder, *packages, *files)


def about(lines, name):
    return [line for line in lines if Path(line.partition(":")[0]).name.startswith(name) and ": error:" in line]


def test_the_adapters_keep_to_the_types(checked):
    assert [line for line in checked if line.startswith("plugin/") and ": error:" in line] == []
    assert any("wrong_nuke" in line for line in checked)  # it has run


def test_a_misspelled_or_miscounted_call_is_found(checked):
    assert len(about(checked, "wrong_nuke")) == 3
    assert len(about(checked, "wrong_hiero")) == 3


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_syntax_is_that_of_python_3_9(path):
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


def old_python():
    """An interpreter as old as the oldest host's, by its own name, pyenv's or uv's."""
    uv = shutil.which("uv")
    asked = uv and subprocess.run([uv, "python", "find", "3.9"], capture_output=True, text=True)
    own = Path.home() / ".pyenv" / "versions"
    there = [shutil.which("python3.9"), *own.glob("3.9.*/bin/python3.9"), asked and asked.stdout.strip()]
    for each in filter(None, there):
        if subprocess.run([each, "-c", "pass"], capture_output=True).returncode == 0:
            return str(each)
    return None


def test_the_adapters_load_in_python_3_9(tmp_path):
    """Without any library of ours, as in Nuke 14."""
    python = old_python()
    if python is None:
        pytest.skip("there is no Python 3.9 here")
    code = (
        "import sys, types\n"
        "nuke = types.ModuleType('nuke')\n"
        "nuke.Node = nuke.Knob = nuke.Group = nuke.Gizmo = nuke.File_Knob = object\n"
        "sys.modules['nuke'] = nuke\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "import plugin.nuke.menu, plugin.hiero.menu\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('plugin.', 'bridge.'))))\n"
    )
    done = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {"plugin.nuke.host", "plugin.hiero.host", "bridge.domain.host"} <= set(done.stdout.split())
