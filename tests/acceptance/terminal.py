"""A terminal: the real command line in a process of its own, against a bridge of the test's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "bigbuckbunny.mp4"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of standard output."""
        return json.loads(self.out.splitlines()[-1])


class Terminal:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {"SUPERWHITE_HOME": str(home), "COLUMNS": "200"}

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "plugin.terminal", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env=self.environment,
        )

    def run(self, *arguments: object, timeout: float = 300) -> Outcome:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=timeout)
        return Outcome(process.returncode, out, err)

    def lift(self, *arguments: object) -> Any:
        """The JSON of a lift that must succeed."""
        outcome = self.run("lift", *arguments, "--json")
        assert outcome.code == 0, outcome.err + outcome.out
        return outcome.json

    @property
    def run_file(self) -> dict[str, Any]:
        return json.loads((self.home / "bridge.json").read_text())

    def worker(self, within: float = 60) -> int:
        """The process id of an engine worker, as soon as there is one."""
        import psutil

        end = time.monotonic() + within
        while time.monotonic() < end:
            service = psutil.Process(self.run_file["pid"])
            for child in service.children(recursive=True):
                if any("worker" in part for part in child.cmdline()):
                    return child.pid
            time.sleep(0.02)
        raise AssertionError("no worker was started")

    def close(self) -> None:
        try:
            os.kill(self.run_file["pid"], signal.SIGTERM)
        except (OSError, ValueError):
            return
        end = time.monotonic() + 10
        while (self.home / "bridge.json").exists() and time.monotonic() < end:
            time.sleep(0.05)


def wait_for(condition: Any, within: float = 120) -> Any:
    """The first true value of `condition()`."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")
