"""How a job is laid out in memory is settled once: with another layout, other pictures would come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bridge.domain.wire import Frozen
from bridge.engines.ltx.memory import MemoryPlan
from bridge.media.storage import write_atomic


class _Kept(Frozen):
    card: str
    plan: MemoryPlan


_KEPT = TypeAdapter(_Kept)


def settled(folder: Path, card: str, plan: Callable[[], MemoryPlan]) -> MemoryPlan:
    """The layout of the job's first attempt, kept in `folder`; `plan` where this is the first on a card of this name.

    What is free on the card differs a little from attempt to attempt. Raises `OutputError`s, and what `plan` raises.
    """
    path = folder / "layout.json"
    try:
        kept = _KEPT.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        kept = None
    if kept and kept.card == card:
        return kept.plan
    made = plan()
    folder.mkdir(exist_ok=True)
    write_atomic(path, _KEPT.dump_json(_Kept(card=card, plan=made)))
    return made
