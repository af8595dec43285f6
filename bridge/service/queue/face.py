"""How the bridge shows itself to others: on which address, under which names, with which token and certificate."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

import psutil
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.domain.errors import RequestError

from .certificate import Certificate

TOKEN_VARIABLE = "SUPERWHITE_TOKEN"

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_TOKEN = re.compile(r"[!-~]{1,1000}")
_SHORTEST = 8
"""Characters of a token that opens this machine to others: fewer are guessed."""
_NUMBER = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::\d{1,5})?")


@dataclass(frozen=True)
class Face:
    """`host` is the address to listen on, `names` what else this machine is called by. By default nobody beyond this
    machine sees anything.
    """

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    token: str = ""
    certificate: Certificate | None = None

    @property
    def is_public(self) -> bool:
        """Whether it is reached from beyond this machine."""
        return not _address(self.host).is_loopback

    @property
    def is_apart(self) -> bool:
        """Whether others are served on a port of their own: this machine's panels speak plain HTTP on loopback."""
        return self.is_public or self.certificate is not None

    @property
    def is_anywhere(self) -> bool:
        """Whether it listens on every address of this machine."""
        return _address(self.host).is_unspecified

    @property
    def known_names(self) -> tuple[str, ...]:
        """What this machine may be called in a request."""
        own = (_bracketed(self.host), socket.gethostname()) if self.is_apart else ()
        return tuple(dict.fromkeys(name.lower() for name in (*_LOOPBACK, *own, *self.names)))

    def reached_at(self, port: int) -> str:
        """Host and port by which this machine itself reaches it."""
        return f"{'127.0.0.1' if self.is_anywhere else _bracketed(self.host)}:{port}"


def demand_safe(face: Face) -> None:
    """Raises `RequestError` for what would open this machine to anybody."""
    short = face.is_public and len(face.token) < _SHORTEST
    if face.token and (short or not _TOKEN.fullmatch(face.token)):
        raise RequestError(
            f"The token has to have {_SHORTEST} characters or more, without spaces.",
            remedy="`openssl rand -hex 32` makes one.",
        )
    if face.is_public and not face.token:
        raise RequestError(
            f"Without a token nobody is let in from beyond this machine, so nothing listens on {face.host}.",
            remedy=f"Set {TOKEN_VARIABLE}, or name a file that holds a token with --token-file.",
        )


def host_of(text: str) -> str:
    """An address to listen on, as a number. Raises `RequestError` for a name that is none of this machine's."""
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    try:
        return str(socket.getaddrinfo(text, None, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError) as error:
        raise RequestError(f"--host is “{text}”, which is no address of this machine.", detail=str(error)) from error


def own_names(face: Face) -> list[str]:
    """Names and numbers that a certificate for this machine has to bear."""
    numbers = _numbers() if face.is_anywhere else [face.host]
    named = [name for name in (socket.gethostname(), *face.names) if name.isascii()]
    return list(dict.fromkeys(["127.0.0.1", "localhost", *numbers, *named]))


def _numbers() -> list[str]:
    """Every address of this machine but those that hold on one link alone."""
    found = {each.address for entries in psutil.net_if_addrs().values() for each in entries if _is_inet(each.family)}
    return sorted(number for number in found if not _address(number.partition("%")[0]).is_link_local)


def _is_inet(family: int) -> bool:
    return family in (socket.AF_INET, socket.AF_INET6)


def take_token(file: Path | None) -> str:
    """The token for others, from a file or else from the environment, where it does not stay: workers inherit it.

    Empty where there is none. Raises `RequestError` for a file that cannot be used.
    """
    given = os.environ.pop(TOKEN_VARIABLE, "").strip()
    if file is None:
        return given
    try:
        if os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise RequestError(
                f"Others on this machine may read the token in {file}.", remedy=f"Run `chmod 600 {file}`."
            )
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise RequestError(f"The token file {file} cannot be read.", detail=str(error)) from error
    if not token:
        raise RequestError(f"The token file {file} is empty.")
    return token


class KnownHosts(TrustedHostMiddleware):
    """Refuses requests that call this machine by a name that is not its own. Where it listens on every address, it may
    be called by any number: names alone can be pointed here by strangers.
    """

    def __init__(self, app: ASGIApp, face: Face) -> None:
        super().__init__(app, face.known_names, www_redirect=False)
        self._any_number = face.is_anywhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._any_number and scope["type"] == "http" and _is_number(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _is_number(host: str) -> bool:
    found = _NUMBER.fullmatch(host)
    try:
        return found is not None and bool(_address(found[1] or found[2]))
    except ValueError:
        return False


def _address(number: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(number)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
