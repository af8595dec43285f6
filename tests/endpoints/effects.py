"""The kinds of departure from what should be, and where they act."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from .plan import Plan


class Effect:
    """One departure. Those of requests act before or after the request is handled; those of "job" change its plan
    when it is made, and those of "archive" spoil the archive before it is given out.
    """

    async def before(self, request: Request) -> Response | None:
        """An answer in the handler's place."""
        return None

    async def after(self, request: Request, response: Response) -> Response:
        return response

    def plan(self, plan: Plan) -> Plan:
        return plan

    def spoil(self, archive: Path) -> None:
        """Change the file at `archive`."""
