"""A real Blender in a process of its own, driven by snippets of Python."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VERSIONS = {"4.5": "SUPERWHITE_BLENDER_4_5", "5.0": "SUPERWHITE_BLENDER_5_0"}


class BlenderError(Exception):
    """What a snippet has raised; with the fields of a `HostFailure` where it was one."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["error"] + "\n" + answer["trace"])
        self.sentence, self.kind = answer["sentence"], answer["kind"]
        self.remedy, self.detail = answer["remedy"], answer["detail"]


class Blender:
    """`bpy` of one version. `run` executes a snippet with `kit` (`blender_kit`), `bpy` and `given`; what the snippet
    has set `answer` to comes back.
    """

    def __init__(self, version: str, python: str) -> None:
        self.version = version
        self._said = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - see close
        self.process = subprocess.Popen(
            [python, str(HERE / "blender_side.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": ""},
        )

    def run(self, code: str, **given: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"code": code, "given": given}, default=str) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self._said.seek(0)
            raise AssertionError(f"Blender {self.version} has died:\n{self._said.read()[-3000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise BlenderError(answer)
        return answer["value"]

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)
        assert self.process.stdout
        self.process.stdout.close()
        self._said.close()


def python_of(version: str) -> str | None:
    """The Python that has this version's `bpy`, as `install/run.py test` names it."""
    return os.environ.get(VERSIONS[version]) or None
