"""What goes where: results to standard output, everything said to a person to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bridge.domain.errors import AnswerLost, JobCancelled, SuperwhiteError

people = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A line for the person at the screen."""
    people.print(escape(text))


def warn(text: str) -> None:
    people.print(f"[yellow]Note:[/] {escape(text)}")


def fail(error: SuperwhiteError, *, as_json: bool, **facts: Any) -> int:
    """Tell an error: one sentence and what to do; with `as_json` also as the last line of the result.

    `facts` stand beside the error in the JSON. Returns the exit code.
    """
    report = error.report()
    people.print(f"[red]Error:[/] {escape(report.sentence)}")
    if report.remedy:
        people.print(escape(report.remedy))
    if as_json:
        ended = {JobCancelled.kind(): "cancelled", AnswerLost.kind(): "unknown"}
        state = ended.get(error.kind(), "failed")
        emit_json({**facts, "state": state, "error": report.model_dump(mode="json")})
    return report.exit_code


def emit(text: str) -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def emit_json(value: Any) -> None:
    """The result as one line of JSON."""
    emit(json.dumps(value, ensure_ascii=False))


def emit_table(table: Table) -> None:
    Console(highlight=False).print(table)
