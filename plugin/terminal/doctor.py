"""`superwhite doctor`: is everything here that a lift needs, and what to do about what is not."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from install.doctor import Finding, examine

from .console import emit_json, emit_table

_MARKS = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "fault": "[red]fault[/]"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check this installation; ends with exit code 1 when something must be mended."""
    findings = examine()
    if as_json:
        emit_json([finding.as_dict() for finding in findings])
    else:
        emit_table(_table(findings))
    if any(finding.verdict == "fault" for finding in findings):
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table("", "What", "Found", "What to do", box=None, pad_edge=False)
    for finding in findings:
        table.add_row(_MARKS[finding.verdict], finding.name, finding.found, finding.remedy)
    return table
