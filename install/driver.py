"""What the driver of NVIDIA's cards tells of them. Standard library only."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple  # noqa: UP035 - has to load on Python 3.8

_PATIENCE_SECONDS = 10
_TOOL = "nvidia-smi"
_QUERY = "--query-gpu=name,memory.total,driver_version"
_OFF_THE_PATH = (
    Path("/usr/lib/wsl/lib/nvidia-smi"),  # Linux on Windows
    Path("C:/Windows/System32/nvidia-smi.exe"),
    Path("C:/Program Files/NVIDIA Corporation/NVSMI/nvidia-smi.exe"),
)

Ask = Callable[[Sequence[str]], str]
"""Runs a program; gives what it prints, empty where it cannot be run, hangs or fails."""


UNKNOWN = (0, 0)


class Card(NamedTuple):
    """`memory` as the driver writes it ("49140 MiB"); `capability` is CUDA's, or `UNKNOWN`."""

    name: str
    memory: str
    driver: str
    capability: Tuple[int, int]  # noqa: UP006


def find_cards(ask: Optional[Ask] = None) -> List[Card]:  # noqa: UP006, UP045
    """NVIDIA's cards in this machine, the most capable first; none where the driver's tool is missing or fails."""
    ask = ask or asked
    form = "--format=csv,noheader"
    told = ask([_TOOL, _QUERY + ",compute_cap", form])
    if not told and (told := ask([_TOOL, _QUERY, form])):
        # Drivers before 510 or so do not know the word, and say nothing at all.
        told = "".join(line + ", [N/A]\n" for line in told.splitlines())
    cards = [card for card in map(_card, told.splitlines()) if card]
    return sorted(cards, key=lambda card: card.capability, reverse=True)


def _card(line: str) -> Optional[Card]:  # noqa: UP045
    parts = [part.strip() for part in line.rsplit(",", 3)]
    if len(parts) != 4 or not re.match(r"\d+\.", parts[2]):
        return None  # a message in place of an answer
    capability = re.fullmatch(r"(\d+)\.(\d+)", parts[3])
    return Card(parts[0], parts[1], parts[2], (int(capability[1]), int(capability[2])) if capability else UNKNOWN)


def asked(command: Sequence[str]) -> str:
    """See `Ask`."""
    program = shutil.which(command[0]) or _off_the_path(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _off_the_path(name: str) -> Optional[str]:  # noqa: UP045
    return next((str(place) for place in _OFF_THE_PATH if name == _TOOL and place.is_file()), None)
