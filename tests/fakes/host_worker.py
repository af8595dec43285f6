"""A worker with `FakeHost` in it: `python -m tests.fakes.host_worker HABIT`."""

from __future__ import annotations

import os
import sys
import time

from bridge.domain.host import HostClip
from plugin.hosting.server import Server
from tests.fakes.host import FakeHost


class Hanging(FakeHost):
    """A library that never comes back from a call, and does not let its process end either."""

    def selection(self):
        while True:
            time.sleep(60)


class Falling(FakeHost):
    def selection(self):
        os.write(2, b"the library has crashed\n")
        os.abort()


class Faulty(FakeHost):
    def selection(self):
        raise ZeroDivisionError


HABITS = {"sound": FakeHost, "hanging": Hanging, "falling": Falling, "faulty": Faulty}


def main(habit: str) -> None:
    clip = HostClip("V1/1", "Ünïcode 片.mov", "/plates/shot.mov", rate="24", record_end=10, source_end=10)
    Server("fake", HABITS[habit](clip)).serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])
