"""The GPUs of this machine, as their driver's own tool tells of them. No torch: the service asks too.

`nvidia-smi --help-query-gpu` describes the fields; it is found where NVIDIA installs it on each system.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psutil

from bridge.domain.errors import GpuUnavailable

from .memory import Card

PATIENCE_SECONDS = 10.0
OLDEST_DRIVER = 525
"""The first that runs CUDA 12 (docs.nvidia.com/deploy/cuda-compatibility); CUDA 13 wants 580."""

_FIELDS = (
    "index",
    "uuid",
    "name",
    "memory.total",
    "memory.free",
    "driver_version",
    "compute_cap",
    "mig.mode.current",
)
_FORM = "--format=csv,noheader,nounits"
_MEBIBYTE = 1024**2
_OWN_WORKER = "bridge.backends.local.worker"
_UNIFIED = ("[n/a]", "n/a", "[not supported]", "not supported")
_PLACES = (
    Path(os.environ.get("SYSTEMROOT", "C:/Windows"), "System32", "nvidia-smi.exe"),
    Path(os.environ.get("PROGRAMFILES", "C:/Program Files"), "NVIDIA Corporation", "NVSMI", "nvidia-smi.exe"),
    Path("/usr/lib/wsl/lib/nvidia-smi"),  # Linux under Windows keeps it off the path of services
)


def find_cards() -> tuple[Card, ...]:
    """Every card that can be used, as it is now. Raises `GpuUnavailable` where there is none, saying why.

    May take seconds: a card that sleeps is woken.
    """
    if sys.platform == "darwin":
        return (_apple(),)
    tool = _tool()
    if tool is None:
        raise GpuUnavailable("There is no driver for NVIDIA's cards here: its tool nvidia-smi was not found.")
    told = _ask(tool, [f"--query-gpu={','.join(_FIELDS)}", _FORM])
    cards = [card for line in told.splitlines() for card in _cards(tool, line)]
    if not cards:
        raise _objection(tool, told)
    if all(_release(card) < OLDEST_DRIVER for card in cards):
        raise _too_old(cards[0].driver)
    users = _users(tool)
    return tuple(
        replace(card, others=tuple(users.get(card.uuid, ()))) for card in cards if _release(card) >= OLDEST_DRIVER
    )


def _apple() -> Card:
    """The GPU shares the system's memory."""
    if platform.machine() != "arm64":
        raise GpuUnavailable("The GPUs of Macs with Intel processors cannot be used.")
    memory = psutil.virtual_memory()
    return Card(kind="mps", index=0, name="Apple GPU", total=memory.total, free=memory.available)


def _tool() -> Path | None:
    on_path = shutil.which("nvidia-smi")
    return Path(on_path) if on_path else next((place for place in _PLACES if place.is_file()), None)


def _ask(tool: Path, options: Sequence[str]) -> str:
    """What the tool says, whether it fails or not: it writes its complaints where its answers go."""
    try:
        # Not `subprocess.run`: it waits for the end of what it has killed, and a tool that hangs in a driver has none.
        process = subprocess.Popen(
            [tool, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise GpuUnavailable(f"The driver's tool {tool} cannot be started.", detail=str(error)) from error
    try:
        told, _ = process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as error:
        process.kill()
        raise GpuUnavailable(
            f"The driver of the card did not answer within {PATIENCE_SECONDS:.0f} seconds.",
            remedy="Restart the machine: a driver that hangs does not come back by itself.",
        ) from error
    return told.decode("utf-8", "replace")


def _cards(tool: Path, line: str) -> list[Card]:
    """The card that a line tells of; several where it is divided, none where it is a message or the card is lost."""
    parts = [part.strip() for part in line.split(",")]
    head, tail = parts[:2], parts[-5:]
    if len(parts) < len(_FIELDS) or not head[0].isdigit() or not re.match(r"\d+\.", tail[2]):
        return []
    total, free = _bytes(tail[0]), _bytes(tail[1])
    if total is None and tail[0].lower() in _UNIFIED:
        # GB10, Jetson: the card has no memory of its own.
        memory = psutil.virtual_memory()
        total, free = memory.total, memory.available
    if total is None or free is None:
        return []
    version = re.fullmatch(r"(\d+)\.(\d+)", tail[3])
    card = Card(
        kind="cuda",
        index=int(head[0]),
        name=", ".join(parts[2:-5]),
        total=total,
        free=free,
        uuid=head[1],
        driver=tail[2],
        capability=(int(version[1]), int(version[2])) if version else None,
    )
    return _instances(tool, card) if tail[4] == "Enabled" else [card]


def _bytes(mebibytes: str) -> int | None:
    return int(mebibytes) * _MEBIBYTE if re.fullmatch(r"\d{1,9}", mebibytes) else None


def _instances(tool: Path, card: Card) -> list[Card]:
    """The parts of a card that is divided (MIG), which alone can be used. Their memory is known by the profile's name
    and is nobody else's.
    """
    found: list[Card] = []
    at = ""
    for line in _ask(tool, ["-L"]).splitlines():
        if gpu := re.match(r"GPU \d+: .*\(UUID: (GPU-[\w-]+)\)", line):
            at = gpu[1]
        elif (part := re.match(r"\s+MIG (\S*?(\d+)gb\S*)\s.*\(UUID: (MIG-[\w/-]+)\)", line)) and at == card.uuid:
            memory = int(part[2]) * 10**9
            found.append(replace(card, name=f"{card.name} {part[1]}", uuid=part[3], total=memory, free=memory))
    return found


def _users(tool: Path) -> dict[str, list[str]]:
    """Names of programs that compute on each card; our own workers are left out."""
    found: dict[str, list[str]] = {}
    for line in _ask(tool, ["--query-compute-apps=gpu_uuid,pid,process_name,used_memory", _FORM]).splitlines():
        parts = [part.strip() for part in line.split(",")]
        if len(parts) < 4 or not parts[1].isdigit() or _is_ours(int(parts[1])):
            continue
        name = re.split(r"[\\/]", ",".join(parts[2:-1]))[-1]
        used = _bytes(parts[-1])  # Windows does not tell it
        found.setdefault(parts[0], []).append(f"{name} ({used / 10**9:.1f} GB)" if used else name)
    return found


def _is_ours(pid: int) -> bool:
    try:
        return _OWN_WORKER in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def _release(card: Card) -> int:
    return int(card.driver.partition(".")[0])


def _too_old(driver: str) -> GpuUnavailable:
    return GpuUnavailable(
        f"The driver {driver} of the card is too old: {OLDEST_DRIVER} is the oldest that can be used.",
        remedy="Update the driver; `superwhite doctor` shows the one that is there.",
    )


def _objection(tool: Path, told: str) -> GpuUnavailable:
    """Why the tool names no card."""
    lower = told.lower()
    detail = told.strip()[:2000]
    if "is not a valid field" in lower:
        # Only drivers that are too old do not know what was asked.
        return _too_old(_ask(tool, ["--query-gpu=driver_version", _FORM]).partition("\n")[0].strip()[:40])
    if "version mismatch" in lower:
        return GpuUnavailable(
            "The driver was updated while the old one was running.", detail=detail, remedy="Restart the machine."
        )
    if "is lost" in lower or "unable to determine" in lower or "unknown error" in lower:
        return GpuUnavailable(
            "The card does not answer its driver any more.",
            detail=detail,
            remedy="Restart the machine; if it happens again, look at the card's power and cooling.",
        )
    if "no devices were found" in lower:
        return GpuUnavailable("The driver is there, and finds no card.", detail=detail)
    return GpuUnavailable(
        "The driver of the card does not run.",
        detail=detail,
        remedy="Install the driver again, or restart the machine if it was just installed.",
    )
