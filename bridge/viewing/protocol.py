"""What the bridge and its view worker say to each other, on the worker's standard input and output.

The bridge sends one `Question` a line. For each the worker answers, in any order, with a line that holds an `Answer`
and then, where there is no error, that many bytes: a picture, or JSON. When its standard input closes, the worker
leaves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from bridge.domain.color import Transfer
from bridge.domain.errors import ErrorReport
from bridge.domain.job import Deliverable
from bridge.domain.wire import Frozen, Rate

LARGEST_ANSWER = 16384 * 16384 * 3 + 100
"""Bytes: the largest picture that can be asked for, and its header."""

What = Literal["clip", "subject", "picture", "pixel", "scopes"]


class SeenJob(Frozen):
    """All that is needed to look at a job without the job list. `transfer` is what its source was read by, if that
    was the user's choice.
    """

    kind: Literal["job"] = "job"
    result: Deliverable
    source: Path
    rate: Rate | None
    transfer: Transfer | None


class SeenClip(Frozen):
    kind: Literal["clip"] = "clip"
    source: Path
    rate: Rate | None


Seen = Annotated[SeenJob | SeenClip, Field(discriminator="kind")]


class Question(Frozen):
    """`query` is one of the queries of `bridge.domain.view`; `seen` its subject, resolved."""

    id: int
    what: What
    query: dict[str, JsonValue]
    seen: Seen | None = None


class Answer(Frozen):
    id: int
    size: int = Field(default=0, ge=0, le=LARGEST_ANSWER)
    error: ErrorReport | None = None
