"""A file that somebody else has named: fetched without a key, through the guard."""

from __future__ import annotations

from pathlib import Path

from .guard import Way
from .patience import Patience
from .service import Service, shared_trust
from .transfer import Download, Validator

_PATIENCE = 60.0


async def fetch(url: str, to: Path, *, most_bytes: int, near_allowed: bool, proxy: str = "") -> None:
    """Fetch `url` into the new file `to`.

    Raises `AddressForbidden` where it leads into this network (unless `near_allowed`), and what a `Download` raises.
    """
    way = Way(await shared_trust(), proxy=proxy, near_allowed=near_allowed)
    async with keyless(way) as service:
        await Download(service, url, to, None, most_bytes, Patience(_PATIENCE), _nothing, _nothing_of).run()


def keyless(way: Way) -> Service:
    """A client that has no key to give away."""
    return Service(way, own=lambda _: False, authorization=_no_key)


async def _no_key() -> str:
    raise AssertionError("nobody owns a key here")


async def _nothing(_: Validator) -> None: ...


async def _nothing_of(_have: int, _size: int | None) -> None: ...
