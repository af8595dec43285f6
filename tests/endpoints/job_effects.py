"""Effects on jobs, and on what they make."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .effects import Effect
from .plan import Plan


@dataclass(frozen=True)
class Planned(Effect):
    change: Callable[[Plan], Plan]

    def plan(self, plan: Plan) -> Plan:
        return self.change(plan)


@dataclass(frozen=True)
class Given(Effect):
    """An archive as it was given; what makes frames need not."""

    content: bytes | Path

    def spoil(self, archive: Path) -> None:
        if isinstance(self.content, bytes):
            archive.write_bytes(self.content)
        else:
            shutil.copyfile(self.content, archive)


@dataclass(frozen=True)
class Short(Effect):
    share: float

    def spoil(self, archive: Path) -> None:
        os.truncate(archive, int(archive.stat().st_size * self.share))


@dataclass(frozen=True)
class Flipped(Effect):
    share: float
    count: int

    def spoil(self, archive: Path) -> None:
        with archive.open("r+b") as file:
            file.seek(int(archive.stat().st_size * self.share))
            begin = file.tell()
            old = file.read(self.count)
            file.seek(begin)
            file.write(bytes(byte ^ 0xFF for byte in old))
