"""Which Python runs an engine, as files say it; `tests/install/test_engines.py` makes environments for real."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.engines import environments
from bridge.engines.environments import OWN, SOURCE, engines_home, find_environment, installed_environment, made_from

FACTS = {"folder": "20260101-ab", "torch": "2.13.0+cu130", "flavour": "cu130", "python": "3.12.1"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SUPERWHITE_ENGINES", str(tmp_path / "Engines ü"))
    return tmp_path / "Engines ü" / "ltx"


def put(home: Path, name: str = FACTS["folder"]) -> Path:
    python = home / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def say(home: Path, facts: object) -> None:
    (home / "current.json").write_text(facts if isinstance(facts, str) else json.dumps(facts))


def test_what_was_installed_goes_before_our_own(home):
    python = put(home)
    say(home, FACTS | {"made_from": made_from("ltx"), "another": "fact"})
    found = find_environment("ltx")
    assert (found.python, found.folder) == (python, home / FACTS["folder"])
    assert (found.flavour, found.torch, found.version, found.current) == ("cu130", "2.13.0+cu130", "3.12.1", True)


def test_one_of_another_version_is_found_and_told_apart(home, monkeypatch, tmp_path):
    put(home)
    say(home, FACTS | {"made_from": "0" * 64})
    assert not find_environment("ltx").current
    # Where our own locks cannot be read, nothing can be said to be up to date.
    monkeypatch.setattr(environments, "_LOCKS", tmp_path)
    say(home, FACTS | {"made_from": ""})
    assert installed_environment("ltx") is None


@pytest.mark.parametrize(
    "junk",
    ["", "{ half", "[]", "null", "3", "[" * 100_000, '"' + "x" * 10**6 + '"']
    + [
        json.dumps(FACTS | {"made_from": "0" * 64} | wrong)
        for wrong in (
            {"folder": 3},
            {"folder": ".."},
            {"folder": "."},
            {"folder": "a/../../ltx"},
            {"folder": "..\\ltx"},
            {"folder": "/etc"},
            {"folder": "C:ltx"},
            {"folder": "a\0"},
            {"folder": "a\n"},
            {"torch": None},
            {"torch": "\ud800"},
            {"flavour": "\x1b[31mred"},
            {"python": ["3", "12"]},
            {"made_from": "x" * 101},
        )
    ],
)
def test_a_pointer_that_is_damaged_or_hostile_points_nowhere(home, junk):
    put(home)
    say(home, junk)
    assert installed_environment("ltx") is None


def test_an_environment_whose_python_is_gone_is_none(home):
    python = put(home)
    say(home, FACTS | {"made_from": "0" * 64})
    assert installed_environment("ltx")
    python.unlink()
    python.symlink_to("/gone/python3")
    assert installed_environment("ltx") is None


def test_a_pointer_that_is_a_folder_is_none(home):
    (home / "current.json").mkdir(parents=True)
    assert installed_environment("ltx") is None


def test_our_own_python_is_taken_where_it_has_what_the_engine_needs(home):
    found = find_environment("ltx")
    assert (found.python, found.flavour, found.folder, found.current) == (Path(sys.executable), OWN, None, True)
    assert found.torch.startswith("2.13.0")


@pytest.mark.parametrize("lacks", ["torch", "diffusers"])
def test_without_them_there_is_none(home, monkeypatch, lacks):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == lacks else find_spec(name))
    assert find_environment("ltx") is None


def test_a_torch_that_is_half_removed_is_none(home, tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "diffusers").mkdir()
    code = "from bridge.engines.environments import find_environment as f; print(f('ltx'))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path += [{str(tmp_path)!r}, {str(SOURCE)!r}]; {code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "None"


def test_where_engines_lie(home, monkeypatch):
    assert engines_home() == home.parent
    monkeypatch.delenv("SUPERWHITE_ENGINES")
    assert engines_home().name == "engines"
    assert engines_home().is_absolute()


def test_the_source_is_the_folder_of_our_packages():
    assert (SOURCE / "bridge" / "engines" / "environments.py").is_file()
    assert (SOURCE / "install" / "lock" / "ltx.txt").is_file()
