"""`superwhite doctor`: is everything here that a lift needs, and what to do about what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from install.doctor import examine
from install.finding import Finding
from install.hosts.machine import this_machine

from .accept import accept
from .console import emit_json, emit_table
from .install import HostName, home

_MARKS = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "fault": "[red]fault[/]"}


def doctor(
    accept_host: Annotated[
        HostName | None,
        typer.Option(
            "--accept", metavar="HOST", help="Try the round trip in a running host, on a project to throw away."
        ),
    ] = None,
    clip_folder: Annotated[
        Path | None, typer.Option("--out", "-o", help="With --accept: folder for the frames.", show_default=False)
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --accept: ask nothing; a clip is selected already.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check this installation; ends with exit code 1 when something must be mended."""
    if accept_host is not None:
        raise typer.Exit(accept(accept_host, out=clip_folder, yes=yes, as_json=as_json))
    findings = examine(this_machine(), home())
    if as_json:
        emit_json([finding.as_dict() for finding in findings])
    else:
        emit_table(_table(findings))
    if any(finding.verdict == "fault" for finding in findings):
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table("", "What", "Found", "What to do", box=None, pad_edge=False)
    for finding in findings:
        # What is found may hold anything, brackets too.
        table.add_row(_MARKS[finding.verdict], Text(finding.name), Text(finding.found), Text(finding.remedy))
    return table
