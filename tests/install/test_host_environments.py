"""The environments of hosts, made for real, with a small package in Blender's place."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from install import host_environments
from install.environment import SetupError
from install.host_environments import BLENDERS, HostEnvironment

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [None, *([shutil.which("uv")] if shutil.which("uv") else [])]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "Über Ordner 日本 'q'"
    folder.mkdir()
    text = (ROOT / "install" / "lock" / "dev.txt").read_text(encoding="utf-8")
    (folder / "lock.txt").write_text(re.findall(r"^iniconfig==(?:.*\\\n)(?:    --hash.*\n)+", text, re.MULTILINE)[0])
    return folder


def environment(
    root: Path, uv: str | None = TOOLS[-1], module: str = "iniconfig"
) -> tuple[HostEnvironment, list[str]]:
    said: list[str] = []
    return HostEnvironment(root, "blender-9.9", root / "lock.txt", uv, said.append, module), said


def imports(python: Path, module: str) -> bool:
    return (
        subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL, check=False, cwd="/").returncode
        == 0
    )


@pytest.mark.parametrize("uv", TOOLS, ids=["venv and pip", "uv"][: len(TOOLS)])
def test_it_is_made_once_and_reused(root: Path, uv: str | None):
    one, said = environment(root, uv)
    python = one.ensure()
    assert python.is_relative_to(root / ".hosts" / "blender-9.9")
    assert imports(python, "iniconfig")
    assert not imports(python, "bridge")  # what hosts load of ours they load by its path
    assert one.ensure() == python
    assert len(said) == 1


def test_another_lock_or_a_broken_one_makes_it_again(root: Path):
    one, said = environment(root)
    one.ensure()
    (root / "lock.txt").write_text((root / "lock.txt").read_text() + "\n# changed\n")
    one.ensure()
    assert len(said) == 2
    (one.folder / "superwhite-setup.json").write_text("{ half")
    one.ensure()
    assert len(said) == 3
    one.python.unlink()
    assert imports(one.ensure(), "iniconfig")


def test_what_does_not_start_is_rolled_back(root: Path):
    one, _ = environment(root, module="no_such_module")
    with pytest.raises(SetupError, match=r"start blender-9[.]9"):
        one.ensure()
    assert not one.folder.exists()


def test_a_package_that_is_not_the_locked_one_is_refused(root: Path):
    text = re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, (root / "lock.txt").read_text())
    (root / "lock.txt").write_text(text)
    one, _ = environment(root)
    with pytest.raises(SetupError, match=r"install blender-9[.]9"):
        one.ensure()
    assert not one.folder.exists()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(root: Path):
    (root / ".hosts").write_text("in the way")
    with pytest.raises(SetupError, match="cannot be made"):
        environment(root)[0].ensure()


@pytest.mark.parametrize("name", BLENDERS)
def test_the_locks_hold_one_bpy_and_a_hash_for_everything(name: str):
    text = (ROOT / "install" / "lock" / f"{name}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==([\w.]+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)
    assert {pin[0] for pin in pins} == set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))
    assert dict(pin[:2] for pin in pins)["bpy"].startswith(name.removeprefix("blender-") + ".")
    assert "://" not in text


def test_it_loads_where_the_set_up_loads():
    path = Path(host_environments.__file__)
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
