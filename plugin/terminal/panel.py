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
) -> None:
    """Open the panel as a window of its own: lift, look, and put results on a timeline."""
    command = [sys.executable, "-m", "plugin.standalone", *(str(path.absolute()) for path in paths or [])]
    sys.stdout.flush()
    if os.name == "nt":
        raise typer.Exit(subprocess.call(command))
    os.execv(command[0], command)
