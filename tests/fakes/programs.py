"""Programs that stand in for others: files that can be run by their own name."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def write_program(path: Path, source: str) -> Path:
    """`path` runs the Python code `source` with its arguments.

    By way of a shell: the line at the head that names an interpreter ends at the first space of its path.
    """
    code = path.with_name(f"{path.name}.py")
    code.write_text(source, encoding="utf-8")
    line = f'exec {shlex.quote(sys.executable)} {shlex.quote(str(code))} "$@"'
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
