"""Requests that change something at a service: those that may be paid for, and those that cost nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bridge.domain.errors import AnswerLost, EndpointUnreachable, RemoteRefused
from bridge.net.patience import Patience
from bridge.net.service import NotSent, Reply, Unanswered

from .refusals import is_from_service, refusal

BUSY = (408, 425, 429)
"""Answers of a service that has not taken a request, and may take it later."""

_FAULTS = (500, 502, 503, 504)


async def send_once(
    ask: Callable[[], Awaitable[Reply]],
    *,
    name: str,
    titles: Mapping[str, str],
    seconds: float,
    tells_doubles: bool = False,
) -> Reply:
    """The answer to a job that was taken. It is sent again, for up to `seconds`, only where it certainly was not taken,
    or where the service tells doubles.

    `name` is what people call the service, `titles` are the names of settings by their wire names. Raises `AnswerLost`
    when nobody can say whether the job was taken; else it was not: `EndpointUnreachable`, `KeyRefused`,
    `RemoteRefused`, `RemoteFailed`.
    """
    patience = Patience(seconds)
    while True:
        wait = None
        try:
            reply = await ask()
        except NotSent as error:
            sentence = str(error)
        except Unanswered as error:
            if not tells_doubles:
                raise answer_lost(name, str(error)) from error
            sentence = str(error)
        else:
            if reply.status < 300:
                return reply
            if reply.status not in BUSY and not (reply.status == 503 and reply.retry_after is not None):
                raise _not_taken(name, reply, titles)
            sentence, wait = f"{name} takes no more jobs for now (HTTP {reply.status}).", reply.retry_after
        if patience.exhausted:
            raise EndpointUnreachable(sentence)
        await patience.wait(wait)


def _not_taken(name: str, reply: Reply, titles: Mapping[str, str]) -> Exception:
    if reply.status >= 500 and not is_from_service(reply):
        # Something between here and the service: it may have passed the request on before it gave up.
        return answer_lost(name, f"A machine before {name} gave up waiting for its answer (HTTP {reply.status}).")
    if reply.status < 400:
        return RemoteRefused(f"{name} sends the job on to another place, which is not followed.")
    return refusal(name, reply, titles)


def answer_lost(name: str, why: str) -> AnswerLost:
    """The error for a job that may be there, or not."""
    return AnswerLost(
        f"The job was sent to {name}, but the answer was lost: it may be there, and may be billed.", detail=why
    )


async def insist(ask: Callable[[], Awaitable[Reply]], *, name: str, seconds: float) -> Reply:
    """The answer to something that is not paid for: whatever fails is tried again, for up to `seconds`.

    Raises `EndpointUnreachable` when there is no answer until then.
    """
    patience = Patience(seconds)
    while True:
        wait = None
        try:
            reply = await ask()
        except (NotSent, Unanswered) as error:
            sentence = str(error)
        else:
            if reply.status not in (*BUSY, *_FAULTS) or patience.exhausted:
                return reply
            sentence, wait = f"{name} is busy (HTTP {reply.status}).", reply.retry_after
        if patience.exhausted:
            raise EndpointUnreachable(sentence)
        await patience.wait(wait)
