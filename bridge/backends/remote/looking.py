"""One look at a remote job, which does not end before the service has said how the job stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from bridge.domain.errors import EndpointUnreachable, ResultGone
from bridge.net.patience import Patience
from bridge.net.service import NotSent, Reply, Unanswered

from .refusals import refusal

T = TypeVar("T")

_NOT_FOUND = 3
"""A service of many machines may not know at once, everywhere, what one of them has just taken."""


async def look(
    ask: Callable[[], Awaitable[Reply]],
    read: Callable[[Reply], T | None],
    *,
    name: str,
    titles: Mapping[str, str],
    seconds: float,
) -> T:
    """What `read` makes of the first answer that it can read; what goes wrong before is asked again for `seconds`.

    `name` is what people call the service. Raises `EndpointUnreachable` when it stays away, `KeyRefused`, and
    `ResultGone` when it has forgotten the job.
    """
    patience = Patience(seconds)
    missing = 0
    while True:
        wait = None
        try:
            reply = await ask()
        except (NotSent, Unanswered) as error:
            sentence = str(error)
        else:
            found = read(reply) if reply.status < 300 else None
            if found is not None:
                return found
            if reply.status in (401, 403):
                raise refusal(name, reply, titles)
            missing += reply.status == 404
            if missing >= _NOT_FOUND:
                raise ResultGone(f"{name} does not know the job any more.")
            sentence, wait = f"{name} does not say how the job stands (HTTP {reply.status}).", reply.retry_after
        if patience.exhausted:
            raise EndpointUnreachable(sentence)
        await patience.wait(wait)
