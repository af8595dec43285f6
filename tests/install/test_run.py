"""`install/run.py`: its verbs, and what it says of a machine that lacks something."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from install import run, system_libraries
from install.setup_error import SetupError
from install.system_libraries import LIBRARIES, PANEL, install_command, missing_libraries
from tests.install.test_environment import small_lock

ROOT = Path(__file__).resolve().parents[2]


def test_without_arguments_the_sample_is_lifted():
    assert run.lift_arguments([]) == [str(run.SAMPLE), "--out", str(run.RESULTS)]
    assert run.SAMPLE.exists()
    assert run.lift_arguments(["a.mov", "--out", "b"]) == ["a.mov", "--out", "b"]


def test_a_stranger_s_modules_do_not_stand_in_for_ours(tmp_path):
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "install", root / "install", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, root)
    for name, text in {"bridge": "", "qt_panels": "", "plugin": "", "plugin/terminal": ""}.items():
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").write_text(text)
    (root / "plugin" / "terminal" / "__main__.py").write_text("import sys; print('ours', *sys.argv[1:])")
    (root / "install" / "lock" / "runtime.txt").write_text(small_lock())
    stranger = tmp_path / "stranger"
    (stranger / "plugin").mkdir(parents=True)
    (stranger / "plugin" / "__init__.py").write_text("raise SystemExit('a stranger')")
    done = subprocess.run(
        [sys.executable, root / "install" / "run.py", "lift", "a clip.mov"],
        cwd=stranger,
        env=os.environ | {"PYTHONPATH": str(stranger)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "ours lift a clip.mov", done.stderr


def test_an_unknown_verb_shows_how_it_is_used():
    done = subprocess.run(
        [sys.executable, "install/run.py", "fly"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "python3 install/run.py lift" in done.stderr


@pytest.mark.parametrize(
    "name",
    ["run.py", "environment.py", "system_libraries.py", "setup_error.py", "torch_build.py", "driver.py"],
)
def test_what_runs_before_anything_is_installed_parses_on_old_pythons_and_needs_nothing(name):
    tree = ast.parse((ROOT / "install" / name).read_text(encoding="utf-8"), feature_version=(3, 8))
    modules = {node.names[0].name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import)}
    modules |= {
        node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    assert modules <= set(sys.stdlib_module_names) | {"install"}


def test_missing_libraries_are_named_with_the_command_that_installs_them():
    missing = missing_libraries(lambda soname: soname not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    assert [library.soname for library in missing] == ["libEGL.so.1", "libxcb-cursor.so.0"]
    assert install_command(missing) == [
        "apt-get", "install", "-y", "--no-install-recommends", "libegl1", "libxcb-cursor0",
    ]  # fmt: skip


def test_every_library_is_found_or_missing_by_the_loader_s_own_word():
    assert system_libraries.can_load("libc.so.6")
    assert not system_libraries.can_load("libnowhere.so.9")


def test_what_a_lift_does_not_need_does_not_stop_it(capsys):
    lacking = [library for library in LIBRARIES if library.needed_for == PANEL][:1]
    run.report_libraries(lacking, needed=False)
    assert "libegl1" in capsys.readouterr().err
    with pytest.raises(SetupError, match="libEGL"):
        run.report_libraries(lacking, needed=True)


def test_nothing_is_said_when_all_is_there(capsys):
    run.report_libraries([], needed=True)
    assert capsys.readouterr().err == ""
