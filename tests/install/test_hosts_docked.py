"""The libraries with which the panel docks: which they are, how they come, and that they go."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from install.hosts.act import install, uninstall
from install.hosts.docked import DOCKED, Docking, pinned, remove
from install.hosts.pieces import OwnFile
from install.hosts.problem import InstallProblem

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "install" / "lock" / "runtime.txt"
PYTHON = getattr(sys, "_base_executable", sys.executable)
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


def needed_by(names):
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            needs = [Requirement(each) for each in importlib.metadata.requires(name) or []]
            waiting += [each.name for each in needs if not each.marker or each.marker.evaluate({"extra": ""})]
    return found


def imported_by(*folders):
    """The packages that these folders import, by the names under which they are installed."""
    modules = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    modules.add(node.module.split(".")[0])
    ours = {"bridge", "qt_panels", "PySide6", "shiboken6"}
    return {module.replace("_", "-") for module in modules - ours - set(sys.stdlib_module_names)}


def test_they_are_what_the_panel_imports_and_what_that_needs():
    assert needed_by(imported_by("qt_panels", "bridge/client", "bridge/domain")) == set(DOCKED)


def test_they_are_taken_from_the_lock_with_every_hash():
    text = pinned(LOCK.read_text(encoding="utf-8"))
    assert [line.split("==")[0] for line in text.splitlines() if not line.startswith(" ")] == list(DOCKED)
    assert text.count("--hash=sha256:") > len(DOCKED)
    with pytest.raises(InstallProblem, match="does not name annotated-types"):
        pinned("pydantic==1\n")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "Rööt 'q'").mkdir()
    return tmp_path / "Rööt 'q'"


def test_they_are_brought_once_and_can_be_imported_by_a_python_that_has_none(root, tmp_path):
    docking = Docking(root, VERSION, LOCK)
    state = tmp_path / "state"
    piece = OwnFile(root / "host" / "menu.py", b"# Superwhite launcher", "")
    outcome = install("nuke", [piece], state, docking)
    assert outcome.undocked is None
    assert outcome.docked == docking.folder == root / ".docked" / f"cp{VERSION.replace('.', '')}"
    code = (
        f"import sys; sys.path += [{str(ROOT)!r}, {str(docking.folder)!r}]\n"
        "import bridge.client, httpx_sse, pydantic_core; print(pydantic_core.__file__)"
    )
    done = subprocess.run([PYTHON, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert str(docking.folder) in done.stdout, done.stderr
    names = {path.name.lower() for path in docking.folder.iterdir()}
    assert not {name for name in names if name.startswith(("pyside6", "numpy", "superwhite-0"))}
    kept = docking.folder.stat().st_ino
    assert install("nuke", [piece], state, docking).docked
    assert docking.folder.stat().st_ino == kept
    newer = tmp_path / "newer.txt"
    pin = next(line for line in LOCK.read_text().splitlines() if line.startswith("annotated-types=="))
    newer.write_text(LOCK.read_text().replace(pin, f"{pin}\n    --hash=sha256:{'0' * 64} \\"))
    assert install("nuke", [piece], state, Docking(root, VERSION, newer)).undocked is None
    assert docking.folder.stat().st_ino != kept
    uninstall("nuke", [piece], state)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("fault", ["wrong hash", "no hashes", "no network", "no such lock", "a file in the way"])
def test_what_cannot_be_brought_leaves_the_launcher_and_nothing_else(root, tmp_path, monkeypatch, fault):
    lock = tmp_path / "lock.txt"
    text = LOCK.read_text(encoding="utf-8")
    wrong = re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, text)
    bare = re.sub(r" \\\n +--hash=\S+", "", text)
    lock.write_text({"wrong hash": wrong, "no hashes": bare}.get(fault, text))
    if fault == "no network":
        for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
            monkeypatch.setenv(variable, "http://127.0.0.1:9/simple")
        for variable in ("UV_CACHE_DIR", "PIP_CACHE_DIR"):
            monkeypatch.setenv(variable, str(tmp_path / "cache"))
        monkeypatch.setenv("UV_HTTP_RETRIES", "0")
        monkeypatch.setenv("PIP_RETRIES", "0")
    if fault == "no such lock":
        lock.unlink()
    if fault == "a file in the way":
        (root / ".docked").write_text("a file")
    before = sorted(root.iterdir())
    piece = OwnFile(tmp_path / "host" / "menu.py", b"# Superwhite launcher", "")
    outcome = install("nuke", [piece], tmp_path / "state", Docking(root, VERSION, lock))
    assert piece.path.exists()
    assert outcome.docked is None
    assert outcome.undocked
    said = {
        "wrong hash": "not the one that was tested",
        "no hashes": "hash",
        "no network": "cannot be reached",
        "no such lock": "cannot be read",
        "a file in the way": "in the way",
    }
    assert said[fault] in outcome.undocked.sentence
    assert sorted(root.iterdir()) == before
    uninstall("nuke", [piece], tmp_path / "state")
    assert sorted(root.iterdir()) == before
    assert not piece.path.parent.exists()


def test_an_earlier_set_of_libraries_outlives_a_download_that_fails(root, tmp_path):
    docking = Docking(root, VERSION, tmp_path / "none.txt")
    docking.folder.mkdir(parents=True)
    (docking.folder / "old.py").write_text("")
    (tmp_path / "none.txt").write_text("pydantic==1\n")
    with pytest.raises(InstallProblem):
        docking.bring()
    assert [path.name for path in docking.folder.iterdir()] == ["old.py"]


def test_what_was_brought_earlier_is_not_forgotten_when_a_newer_set_cannot_be_brought(root, tmp_path):
    piece = OwnFile(tmp_path / "host" / "menu.py", b"# Superwhite launcher", "")
    state = tmp_path / "state"
    docked = install("nuke", [piece], state, Docking(root, VERSION, LOCK)).docked
    (tmp_path / "none.txt").write_text("pydantic==1\n")
    for python in (VERSION, "3.99"):
        assert install("nuke", [piece], state, Docking(root, python, tmp_path / "none.txt")).undocked
        assert docked.is_dir()
    uninstall("nuke", [piece], state)
    assert list(root.iterdir()) == []


def test_no_other_folder_is_ever_deleted(root):
    (root / "cp311").mkdir()
    for folder in (root / "cp311", root, root / ".docked" / "projects"):
        with pytest.raises(InstallProblem):
            remove(folder)
    assert (root / "cp311").exists()
    remove(root / ".docked" / "cp311")
    shutil.rmtree(root)
