"""Which build of torch this machine takes, and how pip gets it. Standard library only.

torch comes for the processor alone and for several versions of CUDA. PyTorch publishes an index of each; the usual
package index has one of them: for Linux the one for CUDA 13.0, for Windows and macOS the one without CUDA.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple  # noqa: UP035 - has to load on Python 3.8

from install.driver import UNKNOWN, Card
from install.setup_error import SetupError

FLAVOURS = ("cpu", "cu126", "cu130", "cu132")
"""The builds of torch 2.13 (CUDA support matrix of its release)."""

PYPI = "pypi"
"""In place of a flavour: whatever build is in the package index that pip is set up for."""

AUTO = "auto"

INDEX_VARIABLE = "SUPERWHITE_TORCH_INDEX"
"""The address of an index in place of PyTorch's, or `PYPI`."""

_INDEX = "https://download.pytorch.org/whl/"

_NEWEST_CUDA, _CUDA_12 = "cu130", "cu126"
_DRIVER_FOR_CUDA_13 = 580
_DRIVER_FOR_CUDA_12 = 525  # of Linux; 528 is the one of Windows, where drivers from 525 to 527 were none of CUDA 12
_OLDEST_FOR_CUDA_13 = (7, 5)  # Turing; CUDA 13 has left Maxwell, Pascal and Volta behind
_NEWER_THAN_CUDA_12_6 = (10, 0)  # Blackwell


class DriverTooOld(SetupError):
    """No build of torch runs on this machine's driver."""


class Build(NamedTuple):
    """`address` is that of an index, none for the one that pip is set up for. `requirement` is what pip is asked for;
    `note` is for the person at the screen.
    """

    flavour: str
    address: Optional[str]  # noqa: UP045
    requirement: str
    note: str = ""

    @property
    def for_cuda(self) -> bool:
        """Whether several gigabytes of CUDA may come with it."""
        return self.flavour.startswith("cu") or (self.flavour == PYPI and platform.system() == "Linux")


def choose(wish: str, version: str, card: Optional[Card]) -> Build:  # noqa: UP045
    """The build of torch `version` for `wish`, one of `FLAVOURS`, `PYPI` or `AUTO`; `card` is the one at hand.

    Raises `SetupError` for another wish, `DriverTooOld` where `card` cannot be used.
    """
    named = os.environ.get(INDEX_VARIABLE, "").strip()
    if wish not in (*FLAVOURS, PYPI, AUTO):
        raise SetupError(
            f"There is no build of torch called “{wish}”.", f"Use {AUTO}, {', '.join(FLAVOURS)} or {PYPI}."
        )
    if named and named != PYPI and not re.match(r"(https?|file)://", named):
        raise SetupError(f"{INDEX_VARIABLE} is {named}, which is no address.", f"Use an https address, or {PYPI}.")
    flavour, note = (wish, "") if wish != AUTO else (PYPI, "") if named == PYPI else flavour_for(card)
    if flavour == PYPI:
        return Build(PYPI, None, "torch==" + version, note)
    if named and named != PYPI:
        # Whatever its builds are called.
        return Build(flavour, named, "torch==" + version, note)
    # Named in full: pip would take any other build that it finds, in an index of its own configuration for instance.
    return Build(flavour, _INDEX + flavour, f"torch=={version}+{flavour}", note)


def flavour_for(card: Optional[Card]) -> Tuple[str, str]:  # noqa: UP006, UP045
    """The build for `card`, or for a machine without, and what is to be said of it. Raises `DriverTooOld`."""
    if platform.system() == "Darwin":
        return PYPI, ""  # the only one for macOS, with Metal in it
    if card is None:
        return "cpu", "No NVIDIA card was found: torch is installed for the processor, on which LTX does not run."
    driver = int(card.driver.partition(".")[0])
    if driver >= _DRIVER_FOR_CUDA_13 and (card.capability == UNKNOWN or card.capability >= _OLDEST_FOR_CUDA_13):
        return _NEWEST_CUDA, ""
    if driver >= _DRIVER_FOR_CUDA_12 and card.capability < _NEWER_THAN_CUDA_12_6:
        return _CUDA_12, ""
    wanted = _DRIVER_FOR_CUDA_13 if card.capability >= _NEWER_THAN_CUDA_12_6 else _DRIVER_FOR_CUDA_12
    raise DriverTooOld(
        f"The driver of {card.name} is too old: it is {card.driver}, and torch needs {wanted} or later.",
        "Install the present driver from NVIDIA, then try again.",
    )


def pinned(lock: Path) -> str:
    """The version of torch that `lock` names in a comment, since what is locked is the same for all its builds."""
    found = re.search(r"^# torch==([0-9.]+)$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{lock} does not say which torch belongs to it.", "Get Superwhite again: it is not whole.")
    return found[1]


def constraints(lock: Path) -> str:
    """What `lock` pins, without the hashes: what pip may install beside torch."""
    pins = re.findall(r"^[A-Za-z0-9][^\s=]*==[^\\\n]+", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return "".join(pin.rstrip() + "\n" for pin in pins)


def pip_into(python: Path, base: Path) -> List[str]:  # noqa: UP006
    """The command of a pip that installs into the environment of `python`, which was made from `base`.

    uv makes environments without pip, and where Debian splits Python up it may be missing altogether: `SetupError`.
    """
    for command in ([str(python), "-m", "pip"], [str(base), "-m", "pip", "--python", str(python)]):
        if _runs([*command, "--version"]):
            return command
    if _runs([str(python), "-m", "ensurepip"]):
        return [str(python), "-m", "pip"]
    raise SetupError(
        "This Python has no pip, which installs torch.",
        "On Debian: apt-get install python3-pip python3-venv. Then try again.",
    )


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.call(list(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False
