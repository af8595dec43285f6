"""Launchers, run by plain interpreters in which stand-ins bear the hosts' names."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from install.hosts import launchers
from install.hosts.launchers import NUKE_LINE, Home

ROOT = Path(__file__).resolve().parents[2]
PYTHON = getattr(sys, "_base_executable", sys.executable)
"""As a host's: without the environment in which ours is installed."""
NAMES = ("resolve", "nuke", "hiero", "blender")
CALLS = {"resolve": "main", "nuke": "install", "hiero": "install", "blender": "register"}
OLD_PYTHONS = [
    found for name in ("3.6", "3.7", "3.8", "3.9") for found in Path.home().glob(f".pyenv/versions/{name}.*")
]


@pytest.fixture
def home(tmp_path):
    """A root with what a host loads of ours, and entry points that say that they were called."""
    root = tmp_path / 'Über O\'Hara "q" 日本'
    for package in ("bridge", "plugin", "qt_panels"):
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").write_text("__version__ = 'test'")
    for folder in ("bridge/domain", "plugin/hosting"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, function in CALLS.items():
        (root / "plugin" / name).mkdir()
        (root / "plugin" / name / "__init__.py").write_text("")
        entry = root / "plugin" / name / ("addon.py" if name == "blender" else "menu.py")
        entry.write_text(
            f"def {function}(installation):\n"
            "    print('CALLED', ascii(str(installation.root)), ascii(str(installation.state)))\n"
            "def unregister():\n    print('LEFT')\n"
        )
    return Home(root, Path(PYTHON), tmp_path / "state ü")


def text_of(name, home, path=Path("/nowhere.py")):
    match name:
        case "resolve":
            return launchers.resolve_launcher(home, path)
        case "nuke":
            return launchers.nuke_launcher(home)
        case "hiero":
            return launchers.hiero_launcher(home)
    return launchers.blender_add_on(home) + b"\nif __name__ == '__main__':\n    register()\n    unregister()\n"


def run(name, home, tmp_path, before="", python=PYTHON, isolated=True, **environment):
    launcher = tmp_path / f"{name}_launcher.py"
    launcher.write_bytes(text_of(name, home, launcher))
    code = f"{before}\nimport runpy; runpy.run_path({str(launcher)!r}, run_name='__main__'); print('HOST GOES ON')"
    return subprocess.run(
        [python, *(["-I"] if isolated else []), "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=os.environ | environment,
        check=False,
    )


def log_of(name, home):
    return (home.state / "log" / f"{name}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_launcher_is_old_and_plain_enough_for_any_python(home, name):
    content = text_of(name, home)
    content.decode("ascii")
    ast.parse(content, feature_version=(3, 6))
    ast.parse(launchers.blender_enabling(), feature_version=(3, 6))
    assert b"\r" not in content


@pytest.mark.parametrize("name", NAMES)
def test_a_launcher_calls_its_entry_with_where_everything_lies(home, tmp_path, name):
    done = run(name, home, tmp_path)
    assert f"CALLED {str(home.root)!a} {str(home.state)!a}" in done.stdout, done.stderr + done.stdout
    assert done.stdout.endswith("HOST GOES ON\n")
    assert ("LEFT" in done.stdout) == (name == "blender")
    assert not home.state.exists()


@pytest.mark.parametrize("name", NAMES)
def test_the_root_comes_last_on_the_path(home, tmp_path, name):
    before = "import atexit, sys; atexit.register(lambda: print('LAST', ascii(sys.path[-1])))"
    assert f"LAST {str(home.root)!a}" in run(name, home, tmp_path, before).stdout


@pytest.mark.parametrize("ours", ["bridge", "plugin", "qt_panels"])
@pytest.mark.parametrize("how", ["on the path", "loaded", "loaded without a file"])
def test_a_stranger_of_our_name_is_named_and_nothing_of_ours_is_loaded(home, tmp_path, ours, how):
    stranger = tmp_path / "pipeline ü" / ours
    stranger.mkdir(parents=True)
    (stranger / "__init__.py").write_text("print('STRANGER LOADED')")
    before = f"import sys; sys.path.insert(0, {str(stranger.parent)!r})"
    before += {
        "on the path": "",
        "loaded": f"; import {ours}",
        "loaded without a file": f"; import types; sys.modules[{ours!r}] = types.ModuleType({ours!r})",
    }[how]
    done = run("nuke", home, tmp_path, before + "; import atexit; atexit.register(lambda: print(len(sys.path)))")
    assert "CALLED" not in done.stdout
    assert ("STRANGER LOADED" in done.stdout) == (how == "loaded")
    assert f"the module '{ours}' from" in done.stdout
    if how != "loaded without a file":
        assert str(stranger) in log_of("nuke", home)
    assert "HOST GOES ON" in done.stdout, done.stderr


def test_a_folder_of_our_name_without_a_package_in_it_is_no_stranger(home, tmp_path):
    (tmp_path / "plugin").mkdir()  # Python goes on looking behind it
    before = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    assert "CALLED" in run("nuke", home, tmp_path, before).stdout


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "fault", ["raise ValueError('ü')", "raise SystemExit(3)", "import nothing_of_that_name", "("]
)
def test_a_plugin_that_fails_is_logged_and_the_host_goes_on(home, tmp_path, name, fault):
    entry = home.root / "plugin" / name / ("addon.py" if name == "blender" else "menu.py")
    entry.write_text(fault, encoding="utf-8")
    done = run(name, home, tmp_path, "import sys; sys.stdout.reconfigure(encoding='ascii')")
    assert done.stdout.endswith("HOST GOES ON\n"), done.stderr
    assert "could not be started" in done.stdout
    assert "Traceback" in log_of(name, home)


@pytest.mark.parametrize("name", NAMES)
def test_a_root_that_has_gone_is_said(home, tmp_path, name):
    shutil.rmtree(home.root)
    done = run(name, home, tmp_path)
    assert "no longer at" in done.stdout
    assert "HOST GOES ON" in done.stdout


def test_a_state_folder_that_cannot_be_written_stops_nothing(home, tmp_path):
    home.state.write_text("a file")
    (home.root / "plugin/nuke/menu.py").write_text("(")
    done = run("nuke", home, tmp_path)
    assert "its log cannot be written" in done.stdout
    assert "HOST GOES ON" in done.stdout


def test_nuke_s_menu_leaves_no_name_behind(home, tmp_path):
    before = "import atexit; import __main__"
    launcher = tmp_path / "menu.py"
    launcher.write_bytes(launchers.nuke_launcher(home))
    code = (
        f"{before}\nexec(compile(open({str(launcher)!r}).read(), 'menu.py', 'exec'))\nprint('_superwhite' in dir())"
    )
    done = subprocess.run([PYTHON, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "False", done.stderr
    assert "CALLED" in done.stdout


@pytest.mark.parametrize("folder", OLD_PYTHONS, ids=lambda folder: folder.name)
def test_an_old_python_gets_a_sentence_and_resolve_our_own_python(home, tmp_path, folder):
    python = folder / "bin" / "python"
    new = folder.name.startswith("3.9")
    done = run("nuke", home, tmp_path, python=python)
    assert ("CALLED" in done.stdout) == new, done.stderr
    assert ("needs Python 3.9" in done.stdout) != new
    done = run(
        "resolve", home, tmp_path, python=python, isolated=False, PYTHONDONTWRITEBYTECODE="1", QT_PLUGIN_PATH="x"
    )
    assert "CALLED" in done.stdout, done.stderr + done.stdout


def test_the_line_for_nuke_calls_it_with_our_folder_and_leaves_no_name(tmp_path):
    code = (
        "import sys, types; n = types.ModuleType('nuke'); sys.modules['nuke'] = n\n"
        "n.pluginAddPath = lambda *a, **k: print(a, k)\nbefore = set(dir())\n"
        f"{NUKE_LINE}\nprint(set(dir()) - before - {{'before'}})"
    )
    done = subprocess.run([PYTHON, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "('./superwhite',) {'addToSysPath': False}\nset()\n", done.stderr


def test_blender_reads_what_the_add_on_says_of_itself_without_running_it(home):
    tree = ast.parse(launchers.blender_add_on(home))
    (info,) = [n for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "bl_info"]
    assert ast.literal_eval(info.value)["blender"] == (4, 2, 0)


def test_what_enables_the_add_on_outlives_a_blender_that_refuses(tmp_path):
    path = tmp_path / "superwhite_enable.py"
    path.write_bytes(launchers.blender_enabling())
    for body, told in (("raise RuntimeError", "could not be switched on"), ("print('ON', m, k)", "ON superwhite")):
        code = (
            "import sys, types; a = types.ModuleType('addon_utils'); sys.modules['addon_utils'] = a\n"
            f"def enable(m, **k):\n    {body}\na.enable = enable\n"
            f"sys.path.insert(0, {str(tmp_path)!r}); import superwhite_enable as s; s.register(); s.unregister()"
        )
        done = subprocess.run([PYTHON, "-I", "-c", code], capture_output=True, text=True, check=False)
        assert told in done.stdout, done.stderr
        assert done.returncode == 0


@pytest.mark.parametrize("variable", ["SUPERWHITE_BLENDER_4_5", "SUPERWHITE_BLENDER_5_0"])
def test_the_real_blender_switches_the_add_on_on_and_keeps_it(home, tmp_path, variable):
    if not os.environ.get(variable):
        pytest.skip(f"{variable} names no Python with bpy")
    scripts = tmp_path / "scripts"
    (scripts / "addons/superwhite").mkdir(parents=True)
    (scripts / "addons/superwhite/__init__.py").write_bytes(launchers.blender_add_on(home))
    (scripts / "startup").mkdir()
    (scripts / "startup/superwhite_enable.py").write_bytes(launchers.blender_enabling())
    # The module bpy starts without the user's start-up scripts; a Blender with a window calls `register` itself.
    code = (
        "import bpy, addon_utils, os, sys\n"
        f"sys.path.insert(0, {str(scripts / 'startup')!r})\n"
        "import superwhite_enable\nsuperwhite_enable.register()\n"
        "print('CHECK', addon_utils.check('superwhite')[1])\n"
        "bpy.ops.wm.read_homefile(app_template='')\n"
        "addon_utils.reset_all()\n"  # as when the preferences are read again
        "print('CHECK', addon_utils.check('superwhite')[1])\n"
        "sys.stdout.flush(); os._exit(0)\n"
    )
    done = subprocess.run(
        [os.environ[variable], "-I", "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"BLENDER_USER_SCRIPTS": str(scripts)},
        timeout=120,
        check=False,
    )
    assert done.stdout.count("CALLED") == 1, done.stdout + done.stderr
    assert done.stdout.count("CHECK True") == 2, done.stdout
