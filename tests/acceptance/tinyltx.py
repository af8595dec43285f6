"""A terminal whose bridge has the LTX engine with random weights, on the processor."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import psutil

from bridge.client import Bridge, RunFile
from bridge.domain.job import Running

from .terminal import ROOT, Terminal, wait_for


def make_weights(folder: Path) -> Path:
    """Random ones, made in a process of their own: torch stays out of this one."""
    subprocess.run([sys.executable, "-m", "bridge.engines.ltx.tiny", folder], check=True, cwd=ROOT, timeout=300)
    return folder


class TinyTerminal(Terminal):
    def __init__(self, home: Path, weights: Path) -> None:
        super().__init__(home)
        self.environment |= {"SUPERWHITE_LTX_WEIGHTS": str(weights), "OMP_NUM_THREADS": "1"}

    def bridge(self) -> Bridge:
        return bridge_of(self)

    def workers(self) -> list[psutil.Process]:
        """The processes that keep a model."""
        service = psutil.Process(self.run_file["pid"])
        return [child for child in service.children() if "bridge.backends.local.worker" in _command(child)]

    def wait_for_note(self, words: str) -> str:
        """The id of the newest job, as soon as it says `words` while it runs."""

        def said() -> str | None:
            if not (self.home / "bridge.json").exists():
                return None
            with self.bridge() as bridge:
                jobs = bridge.jobs(1)
                match jobs[0].state if jobs else None:
                    case Running(note=note) if words in note:
                        return jobs[0].id
                    case _:
                        return None

        return wait_for(said)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended
        return []


def bridge_of(terminal: Terminal) -> Bridge:
    run_file = RunFile.read(terminal.home)
    assert run_file
    return Bridge(run_file)


def pictures(made: dict[str, Any]) -> list[np.ndarray]:
    """The frames that a result's JSON names, read by OpenEXR."""
    found = []
    for number in range(made["first"], made["last"] + 1):
        with OpenEXR.File(str(Path(made["directory"]) / (made["pattern"] % number))) as file:
            found.append(np.asarray(file.channels()["RGB"].pixels))
    return found


def header(made: dict[str, Any]) -> dict[str, Any]:
    with OpenEXR.File(str(Path(made["directory"]) / (made["pattern"] % made["first"]))) as file:
        return dict(file.header())


def engine(made: dict[str, Any]) -> dict[str, Any]:
    """What the sidecar says of how the light was made."""
    return json.loads(Path(made["sidecar"]).read_text())["engine"]


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    pairs = list(zip(pictures(one), pictures(other), strict=True))
    return bool(pairs) and all(np.array_equal(a, b) for a, b in pairs)
