"""Who may call: holders of the token, and routes that need what it guards."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bridge.domain.errors import Unauthorised

from .services import Services

_bearer = HTTPBearer(auto_error=False, description="The token of the run file.")


def _services(request: Request) -> Services:
    return request.app.state.services


ServicesOf = Annotated[Services, Depends(_services)]


def authorise(
    services: ServicesOf, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Raises `Unauthorised` without the token of this bridge."""
    given = credentials.credentials if credentials else ""
    if not secrets.compare_digest(given.encode(), services.token.encode()):
        raise Unauthorised("The bridge did not accept the token of this request.")
