"""`superwhite serve`: the bridge in the foreground."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    idle_minutes: Annotated[float, typer.Option(min=0, help="Leave after this long without work; 0 stays.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens as one line of JSON.")] = False,
) -> None:
    """Run the bridge here, until Ctrl-C. Commands and panels start one by themselves; this is for watching it."""
    command = [sys.executable, "-m", "bridge.service", "--foreground", "--port", str(port)]
    command += ["--idle-minutes", str(idle_minutes)] + (["--json"] if as_json else [])
    process = subprocess.Popen(command)
    while True:
        try:
            raise typer.Exit(process.wait())
        except KeyboardInterrupt:
            # The terminal has sent it to the bridge too, which is now closing its jobs.
            continue
