"""A terminal whose bridge takes a server on this machine for fal and for Oxen."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from bridge.client import Bridge, RunFile
from tests.clips import write_numbered
from tests.endpoints import Endpoint, Job, model

from .terminal import Outcome, Terminal

FRAMES = 12


@dataclass
class Far:
    """`lost` is where jobs of the endpoint begin to count: those before belong to other tests."""

    terminal: Terminal
    endpoint: Endpoint
    clip: Path
    lost: int = 0

    @property
    def jobs(self) -> list[Job]:
        return self.endpoint.jobs[self.lost :]

    @property
    def asked(self) -> list[str]:
        """The steps that were asked for; whether a Superwhite is there is asked beside them."""
        return [asked.step for asked in self.endpoint.requests if asked.step]

    def begin(self) -> None:
        """What happens from now on is the test's own."""
        self.endpoint.script.clear()
        self.endpoint.requests.clear()
        self.endpoint.link.set_speed(None)
        self.lost = len(self.endpoint.jobs)

    def lift(self, *arguments: object, backend: str = "fal") -> Outcome:
        return self.terminal.run("lift", self.clip, "--backend", backend, *arguments, "--json")

    def run(self, *arguments: object) -> Outcome:
        return self.terminal.run("run", *arguments, "--json")

    def bridge(self) -> Bridge:
        run_file = RunFile.read(self.terminal.home)
        assert run_file
        return Bridge(run_file)


@contextmanager
def far_away(folder: Path) -> Generator[Far]:
    with Endpoint() as endpoint:
        terminal = Terminal(folder / "home")
        terminal.environment |= endpoint.environment
        clip = write_numbered(folder / "shot.mp4", FRAMES, options={"crf": "1", "preset": "ultrafast"})
        far = Far(terminal, endpoint, clip)
        try:
            yield far
        finally:
            terminal.close()


def frames_of(made: Any) -> list[np.ndarray]:
    """The frames that a result's JSON names, read by OpenEXR."""
    found = []
    for number in range(made["first"], made["last"] + 1):
        with OpenEXR.File(str(Path(made["directory"]) / (made["pattern"] % number))) as file:
            found.append(np.asarray(file.channels()["RGB"].pixels))
    return found


def expected(job: Job, count: int = FRAMES) -> list[np.ndarray]:
    """What the endpoint's model makes of the plate that it was sent."""
    assert job.made
    assert job.made.plate
    return list(model.hdr_frames(job.made.plate, count))
