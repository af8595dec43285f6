"""`superwhite serve`: the bridge in the foreground."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Annotated

import typer

from bridge.client import RunFile, state_home

from .console import emit_json, say


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    idle_minutes: Annotated[
        float, typer.Option(min=0.1, help="Leave after this long without work; by default never.", show_default=False)
    ] = float("inf"),
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens as one line of JSON.")] = False,
) -> None:
    """Run the bridge here, until Ctrl-C. Commands and panels start one by themselves; this is for watching it."""
    command = [sys.executable, "-m", "bridge.service", "--foreground"]
    process = subprocess.Popen([*command, "--port", str(port), "--idle-minutes", str(idle_minutes)])
    while True:
        try:
            _announce(process, as_json)
            raise typer.Exit(process.wait())
        except KeyboardInterrupt:
            # The terminal has sent it to the bridge too, which is now closing its jobs.
            continue


def _announce(process: subprocess.Popen[bytes], as_json: bool) -> None:
    """Wait until the bridge listens, and say where; nothing when it has ended instead, which it explains itself."""
    while process.poll() is None:
        run_file = RunFile.read(state_home())
        if run_file and run_file.pid == process.pid:
            address = f"http://127.0.0.1:{run_file.port}"
            if as_json:
                emit_json({"address": address, "pid": run_file.pid, "version": run_file.version})
            else:
                say(f"The bridge listens on {address} (its API: {address}/docs). Ctrl-C stops it.")
            return
        time.sleep(0.05)
