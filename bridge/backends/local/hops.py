"""The way to the pixels of the local backend, hop by hop: card, engine, weights, and a worker that loads torch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bridge.backends.workers import try_code
from bridge.domain.errors import EngineMissing, SuperwhiteError
from bridge.domain.settings import BridgeSettings, Hop, HopName, TestReport
from bridge.engines.ltx.memory import GIGABYTE, Card
from bridge.engines.ltx.recipe import LTX_2_3

from .hands import worker_environment
from .standing import demand_all, demand_environment, demand_weights, find_devices

TITLE = "Local GPU"

_SECONDS = 120.0
"""Loading torch for the first time reads gigabytes."""


async def walk(settings: BridgeSettings) -> TestReport:
    """Try each until one fails. Nothing is lifted, and no model is loaded."""
    hops: list[Hop] = []
    cards: tuple[Card, ...] = ()

    async def card() -> str:
        nonlocal cards
        cards = await asyncio.to_thread(find_devices, settings)
        return ", ".join(
            f"{each.name} ({each.free / GIGABYTE:.1f} of {each.total / GIGABYTE:.1f} GB free)" for each in cards
        )

    async def engine() -> str:
        found = demand_environment()
        return f"The engine is there: torch {found.torch}, {found.python}."

    async def weights() -> str:
        found = await asyncio.to_thread(demand_weights, settings)
        await asyncio.to_thread(demand_all, settings, cards)
        return f"The weights {LTX_2_3.name} are whole, in {found.base}."

    async def worker() -> str:
        code = f"from bridge.backends.local.desk import Desk; Desk({cards[0].kind!r}, {cards[0].uuid!r})"
        failure = await try_code(demand_environment().python, code, worker_environment(cards[0]), _SECONDS)
        if failure:
            raise EngineMissing(failure)
        return "A worker has loaded the engine."

    steps: tuple[tuple[HopName, Callable[[], Awaitable[str]]], ...] = (
        ("card", card),
        ("engine", engine),
        ("weights", weights),
        ("worker", worker),
    )
    for name, step in steps:
        began = time.monotonic()
        try:
            sentence, passed = await step(), True
        except SuperwhiteError as error:
            sentence, passed = f"{error.sentence} {error.remedy}".strip(), False
        spent = round((time.monotonic() - began) * 1000, 1)
        hops.append(Hop(name=name, passed=passed, sentence=sentence, milliseconds=spent))
        if not passed:
            break
    return TestReport(target=TITLE, hops=tuple(hops))
