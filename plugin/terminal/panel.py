"""`superwhite panel`: the window, in the place of this process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer


def panel(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="A timeline, or clips, to open.", show_default=False)
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Work with what is open in resolve, nuke, hiero or blender.")
    ] = None,
    trace_rpc: Annotated[
        Path | None, typer.Option(help="With --host: write what is said to the application into this file.")
    ] = None,
) -> None:
    """Open the panel as a window of its own: lift, look, and put results on a timeline."""
    if host is None:
        command = [sys.executable, "-m", "plugin.standalone", *(str(path.absolute()) for path in paths or [])]
    else:
        trace = ["--trace-rpc", str(trace_rpc.absolute())] if trace_rpc else []
        command = [sys.executable, "-m", "plugin.remote_host", host, *trace]
    sys.stdout.flush()
    if os.name == "nt":
        raise typer.Exit(subprocess.call(command))
    os.execv(command[0], command)
