"""Which torch a machine takes, and where from."""

from __future__ import annotations

import functools
import http.server
import platform
import re
import threading
import tomllib
from pathlib import Path

import pytest

from install import driver, run
from install.driver import UNKNOWN, Card, find_cards
from install.environment import Environment
from install.setup_error import SetupError
from install.torch_build import INDEX_VARIABLE, DriverTooOld, choose, constraints, pinned
from tests.fakes.wheels import make_torch, make_wheel
from tests.install.engine_site import Site

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "install" / "lock" / "ltx.txt"
PUBLIC = "https://download.pytorch.org/whl/"


def card(driver, capability):
    return Card("A card", "24576 MiB", driver, capability)


@pytest.fixture(autouse=True)
def linux(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.delenv(INDEX_VARIABLE, raising=False)


@pytest.mark.parametrize(
    ("found", "flavour"),
    [
        (card("580.65.06", (9, 0)), "cu130"),
        (card("595.71", (12, 0)), "cu130"),
        (card("580.65.06", (7, 5)), "cu130"),
        (card("580.65.06", UNKNOWN), "cu130"),
        (card("580.65.06", (7, 0)), "cu126"),  # Volta: CUDA 13 has left it behind
        (card("579.99", (8, 9)), "cu126"),
        (card("525.60.13", (8, 6)), "cu126"),
        (None, "cpu"),
    ],
)
def test_the_build_is_chosen_by_driver_and_card(found, flavour):
    build = choose("auto", "2.13.0", found)
    # Named in full, lest pip take another build that a site's own configuration offers.
    assert build[:3] == (flavour, PUBLIC + flavour, f"torch==2.13.0+{flavour}")
    assert bool(build.note) == (found is None)
    assert build.for_cuda == (found is not None)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (card("570.86", (12, 0)), "580"),  # Blackwell, which CUDA 12.6 does not know
        (card("470.82", (8, 6)), "525"),
        (card("470.82", UNKNOWN), "525"),
    ],
)
def test_a_driver_for_which_there_is_no_build_is_too_old(found, wanted):
    with pytest.raises(DriverTooOld, match=f"it is {found.driver}, and torch needs {wanted} or later") as failure:
        choose("auto", "2.13.0", found)
    assert "NVIDIA" in failure.value.remedy


def test_what_is_wished_for_is_taken_whatever_the_card():
    assert choose("cpu", "2.13.0", card("580", (9, 0))).address == PUBLIC + "cpu"
    assert choose("cu132", "2.13.0", None).requirement == "torch==2.13.0+cu132"
    assert choose("pypi", "2.13.0", None)[:3] == ("pypi", None, "torch==2.13.0")
    with pytest.raises(SetupError, match="cu118"):
        choose("cu118", "2.13.0", None)


def test_macos_has_one_build(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    build = choose("auto", "2.13.0", None)
    assert build[:3] == ("pypi", None, "torch==2.13.0")
    assert not build.for_cuda


def test_another_index_is_named_in_the_environment(monkeypatch):
    monkeypatch.setenv(INDEX_VARIABLE, "https://mirror.example/torch")
    assert choose("auto", "2.13.0", card("580.1", (9, 0)))[:3] == (
        "cu130", "https://mirror.example/torch", "torch==2.13.0",
    )  # fmt: skip
    assert choose("pypi", "2.13.0", None).address is None
    monkeypatch.setenv(INDEX_VARIABLE, "pypi")
    assert choose("auto", "2.13.0", card("300.1", (9, 0))).flavour == "pypi"
    assert choose("cpu", "2.13.0", None).address == PUBLIC + "cpu"
    monkeypatch.setenv(INDEX_VARIABLE, "-r /etc/passwd")
    with pytest.raises(SetupError, match="no address"):
        choose("auto", "2.13.0", None)


def test_the_tests_take_what_pip_finds_unless_an_index_is_named(monkeypatch):
    assert run.torch_for_tests()[:2] == ("pypi", None)
    monkeypatch.setenv(INDEX_VARIABLE, "pypi")
    assert run.torch_for_tests()[:2] == ("pypi", None)
    monkeypatch.setenv(INDEX_VARIABLE, "http://127.0.0.1/simple")
    assert run.torch_for_tests()[:2] == ("cpu", "http://127.0.0.1/simple")


@pytest.mark.parametrize(
    ("told", "cards"),
    [
        ("", []),
        ("No devices were found\n", []),
        ("A, B and C, 49140 MiB, 570.10, 8.9\n", [Card("A, B and C", "49140 MiB", "570.10", (8, 9))]),
        ("NVIDIA GB10, [N/A], 580.95.05, 12.1\n", [Card("NVIDIA GB10", "[N/A]", "580.95.05", (12, 1))]),
        ("X, 1 MiB, [Unknown Error], 8.9\n\ufffd,\n,,,\n", []),
        ("Old, 1 MiB, 580.1, 7.0\nNew, 2 MiB, 580.1, 12.0\n", [
            Card("New", "2 MiB", "580.1", (12, 0)), Card("Old", "1 MiB", "580.1", (7, 0)),
        ]),
    ],
)  # fmt: skip
def test_what_the_driver_s_tool_tells(told, cards):
    assert find_cards(lambda command: told) == cards


def test_a_driver_that_does_not_know_capabilities_is_not_no_driver():
    def old(command):
        return "" if "compute_cap" in command[1] else "GTX 1080, 8192 MiB, 460.39\n"

    assert find_cards(old) == [Card("GTX 1080", "8192 MiB", "460.39", UNKNOWN)]


def test_the_tool_is_found_off_the_path_too(tmp_path, monkeypatch):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'WSL, 1 MiB, 580.1, 8.9'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", "")
    assert find_cards() == []
    monkeypatch.setattr(driver, "_OFF_THE_PATH", (tmp_path / "none", tool))
    assert find_cards() == [Card("WSL", "1 MiB", "580.1", (8, 9))]


def test_the_locks_name_the_torch_of_the_project_and_none_of_what_comes_with_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for lock in (LOCK, LOCK.with_name("dev.txt")):
        assert f"torch=={pinned(lock)}" in project["project"]["optional-dependencies"]["ltx"]
        limits = constraints(lock).splitlines()
        names = {re.match(r"[\w.-]+", limit)[0] for limit in limits}
        assert not [name for name in names if name.startswith(("torch", "nvidia", "cuda", "triton"))]
        assert {"numpy", "diffusers", "sympy", "filelock"} <= names  # of torch's own needs, too
        assert not [limit for limit in limits if "--hash" in limit or "\\" in limit]
    with pytest.raises(SetupError, match="does not say which torch"):
        pinned(LOCK.with_name("runtime.txt"))


class Index(http.server.ThreadingHTTPServer):
    """A package index (PEP 503) of the wheels in a folder, which have to lie in one folder for each project."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments) -> None: ...


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """An environment that has all but torch. pip knows no index, and has to be given one."""
    site = Site(tmp_path)
    (site.wheels / "torch-2.13.0-py3-none-any.whl").unlink()
    for name, value in (site.environment | {"PIP_RETRIES": "0"}).items():
        monkeypatch.setenv(name, value)
    setup = site.set_up()
    setup.folder = tmp_path / "venv ü"
    Environment._install_locked(setup, setup._create("it"), site.lock)
    return setup


def test_torch_comes_from_the_index_that_is_named(venv, tmp_path, monkeypatch):
    (tmp_path / "simple" / "torch").mkdir(parents=True)
    make_torch(tmp_path / "simple" / "torch", "2.13.0+cpu")
    make_torch(tmp_path / "simple" / "torch", "2.14.0")
    index = Index(tmp_path)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv(INDEX_VARIABLE, index.url)
    venv._install_torch(choose("cpu", "2.13.0", None), venv._lock)
    assert "2.13.0+cpu" in venv._run([str(venv.python), "-c", "import torch; print(torch.__version__)"], "look")
    index.shutdown()
    index.server_close()


def test_an_index_that_cannot_be_reached_is_said_with_what_else_there_is(venv, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv(INDEX_VARIABLE, "http://127.0.0.1:9/simple")
    with pytest.raises(SetupError, match="Could not install torch") as failure:
        venv._install_torch(choose("cpu", "2.13.0", None), venv._lock)
    assert INDEX_VARIABLE in failure.value.remedy


def test_a_torch_that_would_change_what_is_locked_is_refused(venv, tmp_path):
    make_wheel(tmp_path / "wheels 1", "torch", "2.13.0", {"torch/__init__.py": ""}, "Requires-Dist: peft>=1\n")
    make_wheel(tmp_path / "wheels 1", "peft", "1.0", {"peft/__init__.py": ""})
    with pytest.raises(SetupError, match="Could not install torch"):
        venv._install_torch(choose("pypi", "2.13.0", None), venv._lock)
    assert "0.21.2" in venv._run(
        [str(venv.python), "-c", "import importlib.metadata as m; print(m.version('peft'))"], "look"
    )


def test_a_full_drive_is_told_apart(venv):
    with pytest.raises(SetupError) as failure:
        venv._run(["sh", "-c", "echo 'ERROR: [Errno 28] No space left on device'; exit 1"], "install torch")
    assert (type(failure.value).__name__, failure.value.remedy) == ("NoRoom", "Free some space, then try again.")
