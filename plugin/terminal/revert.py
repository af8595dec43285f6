"""`superwhite revert`: a result that was placed is taken off its timeline again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.client import Bridge, calls
from bridge.domain.errors import HostUnsupported, JobStateConflict
from bridge.domain.job import Imported

from .console import emit, emit_json
from .hosted import attached


def revert(
    job: Annotated[str, typer.Argument(help="The job's id, or enough of its beginning.", show_default=False)],
    trace_rpc: Annotated[
        Path | None, typer.Option(help="Write what is said to the application into this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON on standard output.")] = False,
) -> None:
    """Take a result off its timeline, and enable its source again. The application has to be open."""
    bridge = Bridge.attach_or_start()
    found = bridge.job(job)
    placement = found.state.placement if isinstance(found.state, Imported) else None
    if placement is None or not placement.placement:
        raise JobStateConflict(
            "This job's result lies on no timeline.", detail=f"{found.id}: {found.state.state}", remedy=""
        )
    if placement.host == "standalone":
        raise HostUnsupported(
            "This result lies in a timeline file that the panel has written.", remedy="Revert it in the panel."
        )
    with attached(placement.host, trace_rpc) as host:
        sentence = host.revert((placement.placement,))
    after = bridge.do(calls.reverted(found.id))
    if as_json:
        emit_json({"job": after.id, "state": after.state.state, "sentence": sentence})
    else:
        emit(sentence)
