"""Who may call: holders of the bridge's own token on this machine, and holders of the token for others."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Annotated, Literal

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bridge.domain.errors import Unauthorised

from .services import Services

Caller = Literal["here", "network"]

_bearer = HTTPBearer(auto_error=False, description="The token of the run file, or the one that was given to others.")
# For the API's page: tokens are read from the request itself, because fal's clients have a scheme of their own.
_Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _services(request: Request) -> Services:
    return request.app.state.services


ServicesOf = Annotated[Services, Depends(_services)]


def token_of(request: Request) -> str:
    """The token of `Authorization: Bearer T` or `Key T`; empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "key") else ""


def caller_of(services: Services, request: Request) -> Caller | None:
    """Whose token a request has; none for any other. The bridge's own counts on this machine alone."""
    given = token_of(request).encode()
    if services.network_token and secrets.compare_digest(given, services.network_token.encode()):
        return "network"
    if secrets.compare_digest(given, services.token.encode()) and _is_here(request):
        return "here"
    return None


def authorise(services: ServicesOf, request: Request, _: _Shown) -> None:
    """For what reads and writes files anywhere here. Raises `Unauthorised` without the bridge's own token."""
    if caller_of(services, request) != "here":
        raise _refused()


def authorise_others(services: ServicesOf, request: Request, _: _Shown) -> None:
    """For what others on the network may know. Raises `Unauthorised` without either token."""
    if caller_of(services, request) is None:
        raise _refused()


def _refused() -> Unauthorised:
    return Unauthorised("The bridge did not accept the token of this request.")


def _is_here(request: Request) -> bool:
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
