"""What can go wrong, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import answer_effects, job_effects
from .effects import Effect
from .plan import Failure


class Fault:
    """Makes effects for a script."""

    # Requests of every kind.

    @staticmethod
    def delay(seconds: float) -> Effect:
        """Seconds pass before the request is handled."""
        return answer_effects.Delay(seconds)

    @staticmethod
    def drop_before_accept() -> Effect:
        """The connection breaks, and nothing has been done."""
        return answer_effects.DropBefore()

    @staticmethod
    def drop_after_accept() -> Effect:
        """All has been done, and the connection breaks without an answer."""
        return answer_effects.DropAfter()

    @staticmethod
    def answer(
        status: int,
        body: Any,
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        from_service: bool = True,
    ) -> Effect:
        """Another answer, and nothing done. `body` is JSON, or text as it is; `from_service` ones bear fal's header."""
        return answer_effects.Instead(status, body, headers or {}, content_type, from_service)

    @staticmethod
    def unauthorized() -> Effect:
        return Fault.answer(401, {"detail": "invalid key credentials"})

    @staticmethod
    def validation(faults: Sequence[dict[str, Any]] | None = None) -> Effect:
        """422 with fal's list; by default of one fault, about `num_frames`."""
        return Fault.answer(422, {"detail": list(faults or TOO_MANY_FRAMES)}, headers={"x-fal-billable-units": "0"})

    @staticmethod
    def too_many(retry_after: float | str | None = None) -> Effect:
        """429; `retry_after` are seconds, or a date as HTTP writes it."""
        headers = {} if retry_after is None else {"retry-after": str(retry_after)}
        return Fault.answer(429, {"detail": "Too many requests"}, headers=headers)

    @staticmethod
    def server_error() -> Effect:
        body = {"detail": "Internal Server Error", "error_type": "internal_error"}
        return Fault.answer(500, body, headers={"x-fal-error-type": "internal_error"})

    @staticmethod
    def nginx(status: int = 502) -> Effect:
        """A page of the proxy before the service, without any of fal's headers."""
        reasons = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}
        title = f"{status} {reasons[status]}"
        page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        page += "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        return Fault.answer(status, page, content_type="text/html", from_service=False)

    @staticmethod
    def unavailable(retry_after: float | None = None) -> Effect:
        """503 of the service itself."""
        headers = {"x-fal-error-type": "runner_scheduling_failure"}
        if retry_after is not None:
            headers["retry-after"] = str(retry_after)
        body = {"detail": "No runner is free", "error_type": "runner_scheduling_failure"}
        return Fault.answer(503, body, headers=headers)

    @staticmethod
    def not_found() -> Effect:
        return Fault.answer(404, {"status": "NOT_FOUND"})

    @staticmethod
    def page() -> Effect:
        """A page with status 200, as a hotel's network gives it."""
        text = "<!doctype html><title>Welcome</title><p>Please log in to use this network."
        return Fault.answer(200, text, content_type="text/html", from_service=False)

    @staticmethod
    def edit(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Effect:
        """All done, and the JSON of the answer changed."""
        return answer_effects.Edited(change)

    @staticmethod
    def status_value(value: str) -> Effect:
        """The same answer with another `status`."""
        return Fault.edit(lambda body: body | {"status": value})

    @staticmethod
    def foreign_urls(base: str) -> Effect:
        """The addresses in an answer point to `base`, with the same paths."""
        return answer_effects.Edited(lambda body: answer_effects.moved(body, base))

    # Downloads.

    @staticmethod
    def drop_after(size: int) -> Effect:
        """`Content-Length` is right, and the connection ends after `size` bytes of the body."""
        return answer_effects.Cut(size)

    @staticmethod
    def no_ranges() -> Effect:
        """`Range` is not heard: 200, and the whole file."""
        return answer_effects.NoRanges()

    @staticmethod
    def changed_etag() -> Effect:
        """The file bears another `ETag` than at any time before."""
        return answer_effects.ChangedTag()

    @staticmethod
    def expired(status: int = 403) -> Effect:
        """The address is valid no longer: 403, 404 or 410."""
        text = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code></Error>"
        return Fault.answer(status, text, content_type="application/xml", from_service=False)

    @staticmethod
    def redirect(url: str, status: int = 302) -> Effect:
        return Fault.answer(status, "", headers={"location": url}, content_type="text/plain", from_service=False)

    # Jobs.

    @staticmethod
    def takes(seconds: float, queued: float = 0.0, ahead: int = 2) -> Effect:
        """`queued` seconds behind `ahead` others, who leave one by one; then at least `seconds` of work."""
        return job_effects.Planned(lambda plan: replace(plan, seconds=seconds, queued=queued, ahead=ahead))

    @staticmethod
    def never() -> Effect:
        """The work does not end."""
        return job_effects.Planned(lambda plan: replace(plan, never=True))

    @staticmethod
    def stubborn() -> Effect:
        """A job that runs is not stopped by being cancelled; it ends as if it had not been."""
        return job_effects.Planned(lambda plan: replace(plan, stubborn=True))

    @staticmethod
    def fails(
        status: int = 500,
        body: Any = None,
        *,
        error: str | None = None,
        error_type: str | None = None,
        billed: bool = False,
    ) -> Effect:
        """The work ends without a result: `status` and `body` are what the result is, `error` and `error_type` what
        the status says, which may be nothing.
        """
        shown = body if body is not None else {"detail": error or "Internal Server Error"}
        return job_effects.Planned(
            lambda plan: replace(plan, failure=Failure(status, shown, error, error_type, billed))
        )

    # Archives.

    @staticmethod
    def archive(content: bytes | Path) -> Effect:
        """These bytes instead; no frames are made."""
        return job_effects.Given(content)

    @staticmethod
    def short(share: float = 0.5) -> Effect:
        """The file really ends after this share of it."""
        return job_effects.Short(share)

    @staticmethod
    def flipped(share: float = 0.5, count: int = 64) -> Effect:
        """`count` bytes are others, from this share of the file on."""
        return job_effects.Flipped(share, count)


TOO_MANY_FRAMES = (
    {
        "loc": ["body", "num_frames"],
        "msg": "Input should be less than or equal to 481",
        "type": "less_than_equal",
        "url": "https://docs.fal.ai/errors#less_than_equal",
        "ctx": {"le": 481},
        "input": 482,
    },
)

CONTENT_POLICY = (
    {
        "loc": ["body", "prompt"],
        "msg": "The content could not be processed because it was flagged by a content checker.",
        "type": "content_policy_violation",
        "url": "https://docs.fal.ai/errors#content_policy_violation",
        "input": "...",
    },
)
