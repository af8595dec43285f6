"""A real bridge process with fake backends, as tests hold it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.client import RunFile


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


@dataclass
class Service:
    """A bridge process of the state folder `home`."""

    home: Path
    process: subprocess.Popen[str]

    @property
    def run_file(self) -> RunFile:
        run_file = RunFile.read(self.home)
        assert run_file
        return run_file

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.run_file.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.run_file.token}"}

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


Launch = Callable[..., Service]


@contextmanager
def launching(home: Path) -> Generator[Launch]:
    """Yield what starts bridges with fake backends in `home`, each waited for until it can be attached to."""
    started: list[Service] = []

    def launch(idle_seconds: float = 60) -> Service:
        before = RunFile.read(home)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.service_main", str(idle_seconds)],
            env={**os.environ, "SUPERWHITE_HOME": str(home)},
            stderr=subprocess.PIPE,
            text=True,
        )
        service = Service(home, process)
        started.append(service)
        until(lambda: RunFile.read(home) not in (None, before) or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        return service

    try:
        yield launch
    finally:
        for service in started:
            if service.process.poll() is None:
                service.kill()
            if service.process.stderr:
                service.process.stderr.close()
