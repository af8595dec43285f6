"""A driver's tool that answers as it is told to: a program named `nvidia-smi` in a folder of its own.

Answers as the real one does: messages in place of rows on standard output, brackets in place of values, no row order
that could be relied on.
"""

from __future__ import annotations

import json
from pathlib import Path

from .programs import write_program

_PROGRAM = """import json, pathlib, sys, time
script = json.loads(pathlib.Path({script!r}).read_text(encoding="utf-8"))
asked = " ".join(sys.argv[1:])
for key, answer in script.items():
    if key in asked:
        time.sleep(answer.get("seconds", 0))
        sys.stdout.buffer.write(bytes.fromhex(answer["told"]))
        sys.exit(answer.get("status", 0))
sys.exit(2)
"""


class NvidiaSmi:
    """`folder` belongs on the path. `answers`: by a part of the command line, what is said; first come first served."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._script = folder / "script.json"
        self._answers: dict[str, dict[str, object]] = {}
        write_program(folder / "nvidia-smi", _PROGRAM.format(script=str(self._script)))
        self.answer("query-compute-apps", "")

    def answer(self, asked: str, told: str | bytes, *, status: int = 0, seconds: float = 0) -> None:
        data = told.encode("utf-8") if isinstance(told, str) else told
        self._answers[asked] = {"told": data.hex(), "status": status, "seconds": seconds}
        self._script.write_text(json.dumps(self._answers), encoding="utf-8")

    def cards(self, *rows: str) -> None:
        """index, uuid, name, memory.total, memory.free, driver_version, compute_cap, mig.mode.current"""
        self.answer("query-gpu", "".join(f"{row}\n" for row in rows))
