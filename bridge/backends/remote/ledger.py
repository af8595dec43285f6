"""What is remembered of a remote job, so that whatever ends the bridge, the same job goes on and none is paid twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from bridge.backends.base import Ledger
from bridge.domain.errors import InternalError
from bridge.domain.wire import Frozen
from bridge.engines.protocol import Plates
from bridge.net.transfer import Validator


class Upload(Frozen):
    """A file on its way to the endpoint, or there: then `url` is what the endpoint knows it by.

    `parts` are the entity tags of the parts that have arrived, by number from 1; `target` and `session` name the upload
    that they belong to.
    """

    path: Path
    size: int
    url: str = ""
    target: str = ""
    session: str = ""
    parts: dict[int, str] = Field(default_factory=dict)


class Intent(Frozen):
    """A request that is about to be sent, or was: written down before."""

    id: str
    at: datetime
    app: str


class Ticket(Frozen):
    """The endpoint's answer to it: the job is there."""

    id: str
    app: str
    status_url: str = ""
    response_url: str = ""
    cancel_url: str = ""


class Page(Frozen):
    """All that is remembered. `over` says that the endpoint has failed at the job, keeps its result no longer, or was
    told to stop: there is nothing to go on with.
    """

    plates: Plates | None = None
    uploads: dict[str, Upload] = Field(default_factory=dict)
    intent: Intent | None = None
    ticket: Ticket | None = None
    outcome: dict[str, JsonValue] | None = None
    validator: Validator | None = None
    over: bool = False
    cost: float | None = None

    @property
    def may_be_billed(self) -> bool:
        """Whether a job that nobody follows any more may have to be paid for."""
        return self.outcome is not None or (self.intent is not None and not self.over)


class Book:
    """The page of one job as it is now. Each change is on the drive when `keep` returns."""

    def __init__(self, ledger: Ledger, page: Page) -> None:
        self._ledger = ledger
        self.page = page

    @classmethod
    async def open(cls, ledger: Ledger) -> Book:
        """Raises `InternalError` for a page that cannot be read: what it would say may have been paid for."""
        text = await ledger.read()
        try:
            return cls(ledger, Page.model_validate_json(text) if text else Page())
        except ValidationError as error:
            raise InternalError("What was written down of this job cannot be read.", detail=str(error)) from error

    async def keep(self, **changes: Any) -> None:
        self.page = Page.model_validate(dict(self.page) | changes)
        await self._ledger.write(self.page.model_dump_json())

    async def keep_upload(self, name: str, upload: Upload) -> None:
        await self.keep(uploads=self.page.uploads | {name: upload})

    async def renew(self) -> None:
        """The user wants the job done although it may be there already, or has ended there: it may be sent anew."""
        page = self.page
        if page.over or (page.intent and not page.ticket):
            await self.keep(intent=None, ticket=None, outcome=None, validator=None, over=False)
