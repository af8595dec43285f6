"""Finished sequences as a view worker is told of them, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.color import Transfer
from bridge.viewing.gallery import Gallery
from bridge.viewing.look import answer
from bridge.viewing.protocol import Question, Seen, SeenJob, What
from tests.sequences import write_result

Ask = Callable[..., bytes]
Made = Callable[..., SeenJob]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """`write_result` into a folder of the test's own, as a job that is looked at."""

    def make(
        *frames: Any, source: Path = Path("/nowhere/clip.mov"), transfer: Transfer | None = None, **how: Any
    ) -> SeenJob:
        result = write_result(tmp_path / "results" / "shot_hdr_v001", *frames, **how)
        return SeenJob(result=result, source=source, rate=None, transfer=transfer)

    return make


@pytest.fixture
def ask() -> Ask:
    """Ask one gallery, as its worker does."""
    gallery, ids = Gallery(), count(1)

    def one(what: What, seen: Seen | None = None, **query: Any) -> bytes:
        if what != "clip":
            query = {"subject": {"kind": "job", "job": "abc"}, **query}
        if what in ("picture", "pixel", "scopes"):
            query = {"side": "after", "frame": 0, **query}
        return answer(gallery, Question(id=next(ids), what=what, query=query, seen=seen))

    return one
