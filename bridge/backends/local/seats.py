"""One seat for each card: its worker stays for the next job, and leaves when none comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import SuperwhiteError
from bridge.domain.job import Deliverable, JobState
from bridge.engines.ltx.memory import Card
from bridge.engines.protocol import LocalOrder, Warm

from .hands import Hands

IDLE_SECONDS = 600.0
"""A model that waits longer than this for a job gives the card back to the editor's own programs."""


@dataclass(eq=False)
class _Seat:
    card: Card
    hands: Hands | None = None
    taken: bool = False
    leaving: asyncio.TimerHandle | None = None


class Seats:
    """`idle_seconds` is how long a worker waits for the next job; none is for ever."""

    def __init__(self, idle_seconds: float | None = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._seats: dict[tuple[str, str, int], _Seat] = {}
        self._changed = asyncio.Condition()
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> frozenset[int]:
        """Processes of our own that may hold memory on a card."""
        return frozenset(seat.hands.pid for seat in self._seats.values() if seat.hands and seat.hands.is_there)

    @property
    def warm(self) -> frozenset[str]:
        """UUIDs of the cards that hold a model of ours, or are about to."""
        return frozenset(seat.card.uuid for seat in self._seats.values() if _is_warm(seat))

    async def lift(
        self,
        cards: Sequence[Card],
        python: Path,
        order: LocalOrder,
        report: Callable[[JobState], Awaitable[None]],
    ) -> Deliverable:
        """Have the first card that is free do the work, best one whose model is loaded. Raises as `Hands.lift`."""
        seat = await self._take(cards)
        try:
            hands = await self._hands(seat, python, order.log)
            return await hands.lift(order, report)
        finally:
            await self._give_back(seat)

    async def load(self, cards: Sequence[Card], python: Path, order: Warm) -> None:
        """Have the model loaded on every card that is free. Raises the first worker's error."""

        async def one(card: Card) -> None:
            seat = await self._take([card])
            try:
                await (await self._hands(seat, python, order.log)).warm(order)
            finally:
                await self._give_back(seat)

        found = await asyncio.gather(*(one(card) for card in cards), return_exceptions=True)
        for error in found:
            if isinstance(error, SuperwhiteError):
                raise error

    async def close(self) -> None:
        """End every worker."""
        for seat in self._seats.values():
            if seat.leaving:
                seat.leaving.cancel()
        await asyncio.gather(*(seat.hands.end() for seat in self._seats.values() if seat.hands), *self._ending)
        self._seats.clear()

    async def _take(self, cards: Sequence[Card]) -> _Seat:
        wanted = [(card.kind, card.uuid, card.index) for card in cards]
        async with self._changed:
            for key, card in zip(wanted, cards, strict=True):
                self._seats.setdefault(key, _Seat(card)).card = card
            while True:
                free = [seat for key in wanted if not (seat := self._seats[key]).taken]
                if free:
                    break
                await self._changed.wait()
            seat = max(free, key=lambda seat: (_is_warm(seat), seat.card.free))
            seat.taken = True
            if seat.leaving:
                seat.leaving.cancel()
                seat.leaving = None
            return seat

    async def _hands(self, seat: _Seat, python: Path, log: Path) -> Hands:
        """The seat's worker; a new one where that is gone, or where another environment was installed since."""
        if seat.hands and (not seat.hands.is_there or seat.hands.python != python):
            await seat.hands.end()
            seat.hands = None
        if seat.hands is None:
            seat.hands = await Hands.start(python, seat.card, log)
        return seat.hands

    async def _give_back(self, seat: _Seat) -> None:
        async with self._changed:
            seat.taken = False
            if _is_warm(seat) and self._idle_seconds is not None:
                seat.leaving = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go, seat)
            self._changed.notify_all()

    def _let_go(self, seat: _Seat) -> None:
        hands, seat.hands, seat.leaving = seat.hands, None, None
        if hands:
            ending = asyncio.create_task(hands.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


def _is_warm(seat: _Seat) -> bool:
    return seat.hands is not None and seat.hands.is_there
