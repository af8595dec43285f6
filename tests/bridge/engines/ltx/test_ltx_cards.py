"""What is found of cards, with a driver's tool that answers as real ones do."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bridge.domain.errors import GpuUnavailable
from bridge.engines.ltx import cards as module
from bridge.engines.ltx.cards import find_cards
from tests.fakes.nvidia_smi import NvidiaSmi

ADA = "0, GPU-aa, NVIDIA RTX 6000 Ada Generation, 49140, 48500, 580.95.05, 8.9, [N/A]"
MIB = 1024**2


@pytest.fixture
def smi(tmp_path, monkeypatch) -> NvidiaSmi:
    tool = NvidiaSmi(tmp_path / "a folder with ü")
    monkeypatch.setenv("PATH", str(tool.folder))
    monkeypatch.setattr(module, "_PLACES", ())
    monkeypatch.setattr(sys, "platform", "linux")
    return tool


def refusal() -> GpuUnavailable:
    with pytest.raises(GpuUnavailable) as caught:
        find_cards()
    return caught.value


def test_a_card(smi):
    smi.cards(ADA)
    (card,) = find_cards()
    assert (card.kind, card.index, card.uuid, card.driver) == ("cuda", 0, "GPU-aa", "580.95.05")
    assert card.name == "NVIDIA RTX 6000 Ada Generation"
    assert (card.total, card.free) == (49140 * MIB, 48500 * MIB)
    assert card.capability == (8, 9)
    assert card.others == ()


def test_several_cards_and_who_uses_them(smi):
    smi.cards(ADA, "1, GPU-bb, NVIDIA H200, 143771, 10000, 580.95.05, 9.0, Disabled")
    smi.answer(
        "query-compute-apps",
        "GPU-bb, 811, C:\\Program Files\\Blackmagic, Design\\Resolve.exe, [N/A]\n"
        "GPU-bb, 812, /usr/bin/python3, 8192\n"
        "GPU-zz, x, broken\n\n",
    )
    first, second = find_cards()
    assert first.others == ()
    assert second.others == ("Resolve.exe", "python3 (8.6 GB)")


def test_our_own_worker_is_no_other(smi):
    smi.cards(ADA)
    worker = subprocess.Popen(
        [sys.executable, "-c", "input()", "-m", "bridge.backends.local.worker"], stdin=subprocess.PIPE
    )
    try:
        smi.answer("query-compute-apps", f"GPU-aa, {worker.pid}, python, 100\nGPU-aa, 4000000, blender, 2000\n")
        assert find_cards()[0].others == ("blender (2.1 GB)",)
    finally:
        worker.communicate()


@pytest.mark.parametrize("nothing", ["[N/A]", "N/A", "[Not Supported]"])
def test_a_card_without_memory_of_its_own_has_the_systems(smi, nothing):
    smi.cards(f"0, GPU-cc, NVIDIA GB10, {nothing}, {nothing}, 580.142, 12.1, [N/A]")
    (card,) = find_cards()
    assert card.total == psutil.virtual_memory().total
    assert 0 < card.free <= card.total


def test_a_name_with_a_comma_and_letters_of_elsewhere(smi):
    smi.answer("query-gpu", "0, GPU-aa, Grafikkarte „Groß“, Ausführung 2, 24576, 1000, 580.1, 8.6, [N/A]\n".encode())
    assert find_cards()[0].name == "Grafikkarte „Groß“, Ausführung 2"
    smi.answer("query-gpu", b"0, GPU-aa, caf\xe9, 24576, 1000, 580.1, 8.6, [N/A]\r\n")
    assert find_cards()[0].total == 24576 * MIB


def test_a_divided_card_is_its_parts(smi):
    smi.cards("0, GPU-aa, NVIDIA H100, 81559, 80000, 580.95.05, 9.0, Enabled", ADA.replace("0, GPU-aa", "1, GPU-bb"))
    smi.answer(
        "-L",
        "GPU 0: NVIDIA H100 (UUID: GPU-aa)\n"
        "  MIG 3g.40gb     Device  0: (UUID: MIG-1111-22)\n"
        "  MIG 1g.10gb+me  Device  1: (UUID: MIG-3333-44)\n"
        "GPU 1: NVIDIA RTX 6000 Ada Generation (UUID: GPU-bb)\n",
    )
    whole = find_cards()
    assert [(card.uuid, card.total) for card in whole[:2]] == [("MIG-1111-22", 40 * 10**9), ("MIG-3333-44", 10**10)]
    assert whole[0].name == "NVIDIA H100 3g.40gb"
    assert whole[2].uuid == "GPU-bb"


def test_a_lost_card_does_not_hide_the_others(smi):
    lost = "1, GPU-bb, NVIDIA L40S, [GPU is lost], [GPU is lost], 580.95.05, 8.9, [N/A]"
    smi.cards("Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.", lost, ADA)
    assert [card.uuid for card in find_cards()] == ["GPU-aa"]
    smi.cards(lost)
    assert "does not answer" in refusal().sentence


@pytest.mark.parametrize(
    ("told", "status", "part"),
    [
        ("No devices were found\n", 6, "finds no card"),
        ("Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.95\n", 18, "updated"),
        ("Unable to determine the device handle for GPU0000:01:00.0: Unknown Error\n", 255, "does not answer"),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 9, "does not run"),
        ("", 0, "does not run"),
        ("\x00\x01{}\n,,,,,,,,\n", 0, "does not run"),
        ("0, GPU-aa, X, 99999999999999999999, 5, 580.1, 8.9, [N/A]\n", 0, "does not run"),
    ],
)
def test_what_the_tool_complains_of(smi, told, status, part):
    smi.answer("query-gpu", told, status=status)
    error = refusal()
    assert part in error.sentence
    assert error.remedy


def test_a_driver_that_is_too_old(smi):
    smi.cards(ADA.replace("580.95.05", "470.82.01"))
    assert "470.82.01" in refusal().sentence
    smi.answer("query-gpu=index", 'Field "compute_cap" is not a valid field to query.\n', status=2)
    smi.answer("query-gpu=driver_version", "390.157\n390.157\n")
    smi._answers = {
        key: smi._answers[key] for key in ("query-compute-apps", "query-gpu=index", "query-gpu=driver_version")
    }
    smi.answer("query-compute-apps", "")
    assert "390.157" in refusal().sentence


def test_a_driver_that_hangs_is_given_up(smi, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.5)
    smi.answer("query-gpu", "", seconds=30)
    started = time.monotonic()
    assert "did not answer" in refusal().sentence
    assert time.monotonic() - started < 15


def test_no_tool_and_one_that_is_no_program(smi, tmp_path, monkeypatch):
    (smi.folder / "nvidia-smi").write_bytes(b"\x00not a program")
    assert "cannot be started" in refusal().sentence
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert "no driver" in refusal().sentence


def test_off_the_path(smi, monkeypatch):
    smi.cards(ADA)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(module, "_PLACES", (Path("/nonexistent/nvidia-smi"), smi.folder / "nvidia-smi"))
    assert len(find_cards()) == 1


def test_apple(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(module.platform, "machine", lambda: "arm64")
    (card,) = find_cards()
    assert card.kind == "mps"
    assert card.total == psutil.virtual_memory().total
    monkeypatch.setattr(module.platform, "machine", lambda: "x86_64")
    assert "Intel" in refusal().sentence
