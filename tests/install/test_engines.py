"""`install.engines`: environments made for real by pip and uv, of packages that are small."""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.engines import environments
from bridge.engines.environments import find_environment, installed_environment
from install import engines, torch_build
from install.engines import EngineSetup, build_version, size_of
from install.setup_error import NoRoom, SetupError
from install.torch_build import Build, DriverTooOld
from tests.fakes.wheels import make_engine, make_torch
from tests.install.engine_site import CPU, ROOT, UV, Site

CUDA = Build("cu130", None, "torch==2.13.0+cu130")


@pytest.fixture
def site(tmp_path, monkeypatch):
    site = Site(tmp_path)
    site.enter(monkeypatch)
    return site


def driver(folder: Path, monkeypatch, body: str) -> None:
    """A tool of the driver's that answers so."""
    folder.mkdir()
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{body}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("uv", [None, UV] if UV else [None], ids=["venv and pip", "uv"][: 2 if UV else 1])
def test_an_engine_is_installed_found_and_knows_superwhite(site, uv):
    assert find_environment("ltx") != installed_environment("ltx") is None
    assert site.install(uv=uv)
    found = find_environment("ltx")
    assert found == installed_environment("ltx")
    assert (found.torch, found.flavour, found.current) == ("2.13.0", "cpu", True)
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.python.is_relative_to(site.home / "ltx")
    # In the C locale too, in which no file of its own could tell Python the folder's name; and wherever it is started.
    done = subprocess.run(
        [found.python, "-I", "-c", "import bridge; print(ascii(bridge.__file__))"],
        cwd="/", env={"LC_ALL": "C"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == ascii(str(site.root / "bridge" / "__init__.py"))


def test_what_is_there_and_works_is_left_alone_and_what_is_not_is_made_again(site):
    assert site.install()
    (first,) = site.folders
    assert not site.install()
    (python,) = (site.home / "ltx" / first).glob("lib/python3*/site-packages/diffusers/pipelines/__init__.py")
    python.unlink()
    assert site.install()
    assert site.folders != [first]
    (second,) = site.folders
    # Another version of Superwhite: out of date, but there.
    site.lock.write_text(site.lock.read_text() + "\n# changed\n")
    found = find_environment("ltx")
    assert (found.folder.name, found.current) == (second, False)
    assert site.install(keep_former=True)
    assert second in site.folders
    assert find_environment("ltx").current
    # The next one removes what had to stay.
    make_torch(site.wheels, "2.13.0+cpu")
    assert site.install(Build("cpu", None, "torch==2.13.0+cpu"))
    assert len(site.folders) == 1
    assert find_environment("ltx").torch == "2.13.0+cpu"


def failing(site, build=CPU, **more):
    """Whatever was in use is so afterwards, and nothing is left of what failed."""
    before = site.folders if site.home.exists() and (site.home / "ltx").exists() else []
    found = installed_environment("ltx")
    with pytest.raises(SetupError) as failure:
        site.install(build, **more)
    assert site.folders == before
    after = installed_environment("ltx")
    assert (after and after.folder) == (found and found.folder)
    if after:
        subprocess.run([after.python, "-c", "import torch, diffusers"], check=True)
    return failure.value


def test_what_fails_leaves_the_former_in_use(site):
    site.lock.write_text(make_engine(site.wheels, whole=False))
    failing(site)
    site.lock.write_text(make_engine(site.wheels))
    site.install()
    site.lock.write_text(make_engine(site.wheels, whole=False))
    assert "could not start" in failing(site).sentence.lower()
    # Not the locked package.
    whole = make_engine(site.wheels)
    site.lock.write_text(re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, whole))
    assert "install the dependencies" in failing(site).sentence
    # A torch that is not to be had.
    site.lock.write_text(whole.replace("# torch==2.13.0", "# torch==9.9"))
    told = failing(site, Build("cu130", None, "torch==2.13.0+cu130"))
    assert "install torch" in told.sentence
    assert "SUPERWHITE_TORCH_INDEX" in told.remedy


def test_a_torch_that_does_not_run_on_the_card_is_told_by_the_driver_s_age(site, tmp_path, monkeypatch):
    make_torch(site.wheels, "2.13.0+cu130", "13.0")
    site.lock.write_text(make_engine(site.wheels))
    driver(tmp_path / "bin", monkeypatch, "echo 'Quadro, 8000 MiB, 470.82, 7.5'")
    told = failing(site, CUDA)
    assert isinstance(told, DriverTooOld)
    assert told.sentence.endswith("driver 470.82: The NVIDIA driver on your system is too old (found version 11040).")
    monkeypatch.setenv("FAKE_DRIVER", "new")
    assert site.install(CUDA)
    assert find_environment("ltx").flavour == "cu130"


def test_a_build_for_cards_can_be_made_where_there_is_none(site, tmp_path, monkeypatch):
    make_torch(site.wheels, "2.13.0+cu130", "13.0")
    driver(tmp_path / "bin", monkeypatch, "exit 9")
    assert site.install(CUDA)
    assert "Note: no NVIDIA card is here to try it on." in site.said


def test_the_trial_is_right_of_the_real_libraries(tmp_path):
    """The others here are small stand-ins; this is the environment that the tests themselves run in."""
    setup = EngineSetup("ltx", tmp_path, ROOT, Path(sys.executable), None, print)
    setup.folder = Path(sys.prefix)
    facts = setup._try()
    assert facts["torch"].startswith(build_version(ROOT, "ltx"))
    assert facts["python"] == platform.python_version()
    assert re.fullmatch(r"cpu|mps|cu\d+", facts["flavour"])


def test_a_drive_that_is_too_full_is_told_before_anything_is_done(site):
    told = failing(site, room=10**15)
    assert isinstance(told, NoRoom)
    assert "GB are needed" in told.sentence


PHASES = ("Setting up", "Installing diffusers", "Installing torch", "Trying it")


def test_killed_at_any_time_the_former_stays_and_the_litter_goes(site):
    site.install()
    former = installed_environment("ltx").folder
    site.lock.write_text(site.lock.read_text() + "\n# changed\n")
    for phase in PHASES:
        process = site.drive(FAKE_SLOWNESS="60")
        assert any(line.startswith(phase) for line in process.stdout)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert installed_environment("ltx").folder == former
        assert len(site.folders) <= 2  # what the one before has left is gone
    subprocess.run([installed_environment("ltx").python, "-c", "import torch, diffusers"], check=True)
    assert site.install()
    assert len(site.folders) == 1
    assert installed_environment("ltx").folder != former


def test_two_at_once_wait_for_each_other(site):
    both = [site.drive() for _ in range(2)]
    said = "".join(process.communicate(timeout=120)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said.count("Setting up") == 1
    assert len(site.folders) == 1


def test_a_damaged_pointer_is_mended_by_the_next_set_up(site):
    site.install()
    (site.home / "ltx" / "current.json").write_text('{"folder": "../../etc", "made_from": []')
    assert installed_environment("ltx") is None
    assert site.install()
    assert len(site.folders) == 1
    assert find_environment("ltx").current


def test_removed_it_is_gone_and_says_how_much_that_was(site):
    assert site.set_up().remove() == 0
    site.install()
    size = size_of(site.home / "ltx")
    assert site.set_up().remove() == size > 0
    assert installed_environment("ltx") is None
    assert not (site.home / "ltx").exists()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(site):
    site.home.write_text("in the way")
    with pytest.raises(SetupError, match="cannot be made"):
        site.install()


def test_a_python_without_pip_is_said_in_a_sentence(site, monkeypatch):
    broken = site.top / "pip.py"
    broken.write_text("raise SystemExit(1)")
    (site.top / "ensurepip.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(site.top))
    with pytest.raises(SetupError, match="no pip") as failure:
        torch_build.pip_into(Path(sys.executable), Path(sys.executable))
    assert "apt-get install" in failure.value.remedy


def test_what_is_written_is_what_the_bridge_reads(site):
    """One module writes the file, another reads it, and neither may import the other."""
    site.install()
    assert (site.home / "ltx" / engines._POINTER).name == environments.POINTER
    assert environments._FACTS == ("folder", "torch", "flavour", "python", "made_from")
    told = json.loads((site.home / "ltx" / environments.POINTER).read_text())
    assert {name: told[name] for name in environments._FACTS} == environments._read(
        site.home / "ltx" / environments.POINTER
    )
    assert EngineSetup("ltx", site.home, site.root, Path(sys.executable), None, print)._made_from() == (
        environments.made_from("ltx")
    )
