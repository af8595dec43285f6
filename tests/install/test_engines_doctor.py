"""What the doctor says of the local GPU backend's needs: card, engine, weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.engines import environments
from bridge.engines.environments import made_from
from install import surroundings
from install.doctor import ltx_engine, ltx_weights
from install.hosts.machine import LINUX
from tests.install.test_hosts_find import machine_of

ROOT = Path(__file__).resolve().parents[2]
FACTS = {"folder": "one", "torch": "2.13.0+cu130", "flavour": "cu130", "python": "3.12.1"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SUPERWHITE_ENGINES", str(tmp_path / "engines"))
    monkeypatch.setattr(environments, "_own", lambda: None)
    return tmp_path / "engines" / "ltx"


def install(home: Path, **facts: str) -> None:
    python = home / "one" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True, exist_ok=True)
    if not python.exists():
        python.symlink_to(sys.executable)
    (home / "current.json").write_text(json.dumps(FACTS | {"made_from": made_from("ltx")} | facts))


def smi(line: str):
    return lambda command: line if command[0] == "nvidia-smi" else ""


CARD = smi("RTX 6000, 49140 MiB, 580.65.06, 8.9\n")
NONE = smi("")


def test_an_engine_that_is_missing_is_noted_where_there_is_a_card_for_it(home):
    told = ltx_engine(CARD)
    assert (told.verdict, told.remedy) == ("note", "Run `superwhite engines install ltx`.")
    told = ltx_engine(NONE)
    assert (told.verdict, told.remedy) == ("ok", "")
    assert "not installed" in told.found


def test_one_that_is_there_is_told_with_its_torch(home):
    install(home)
    told = ltx_engine(CARD)
    assert (told.verdict, told.found) == ("ok", "torch 2.13.0+cu130, Python 3.12.1")
    assert told.facts["flavour"] == "cu130"


def test_one_of_another_version_or_for_no_card_is_noted(home):
    install(home, made_from="0" * 64)
    told = ltx_engine(CARD)
    assert (told.verdict, "another version" in told.found, "install ltx" in told.remedy) == ("note", True, True)
    install(home, torch="2.13.0+cpu", flavour="cpu")
    told = ltx_engine(CARD)
    assert (told.verdict, "does not use RTX 6000" in told.found) == ("note", True)
    assert ltx_engine(NONE).verdict == "ok"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [("GTX 1080, 8192 MiB, 470.1, 6.1\n", "525"), ("RTX 5090, 32607 MiB, 570.86, 12.0\n", "580")],
)
def test_a_driver_that_is_too_old_is_noted_with_the_card(tmp_path, line, wanted):
    told = surroundings.graphics(machine_of(tmp_path, LINUX), smi(line))
    assert told.verdict == "note"
    assert f"torch needs {wanted} or later" in told.found
    assert line.split(",")[0] in told.found
    assert "driver" in told.remedy


def test_weights_that_are_missing_are_noted_once_the_engine_is_there(home, tmp_path, monkeypatch):
    monkeypatch.setenv("SUPERWHITE_MODELS", str(tmp_path / "models"))
    told = ltx_weights()
    assert (told.verdict, told.remedy) == ("ok", "")
    assert str(tmp_path / "models") in told.found
    install(home)
    told = ltx_weights()
    assert (told.verdict, told.remedy) == ("note", "Run `superwhite models fetch ltx-2.3-hdr`.")


def test_weights_that_are_not_whole_are_noted_with_what_is_wrong(home, tmp_path, monkeypatch):
    monkeypatch.setenv("SUPERWHITE_MODELS", str(tmp_path))
    folder = tmp_path / "ltx-2.3-hdr"
    folder.mkdir()
    (folder / "superwhite-model.json").write_text("{ half")
    told = ltx_weights()
    assert (told.verdict, told.facts["state"]) == ("note", "damaged")
    assert "superwhite-model.json" in told.found
    assert "models fetch" in told.remedy


def test_the_folder_that_the_user_chose_is_looked_into(home, tmp_path, monkeypatch):
    monkeypatch.delenv("SUPERWHITE_MODELS")
    monkeypatch.setenv("SUPERWHITE_HOME", str(tmp_path))
    (tmp_path / "settings.json").write_text(json.dumps({"models_folder": str(tmp_path / "chosen")}))
    assert str(tmp_path / "chosen") in ltx_weights().found
    (tmp_path / "settings.json").write_text("{ half")
    assert str(tmp_path / "chosen") not in ltx_weights().found


def test_the_doctor_loads_nothing_of_the_model():
    code = (
        "import sys; from install.doctor import ltx_engine, ltx_weights; print(ltx_engine(), ltx_weights());"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "torch 2.13.0" in done.stdout
    assert not {name.split(".")[0] for name in done.stderr.split()} & {"torch", "diffusers", "safetensors"}
