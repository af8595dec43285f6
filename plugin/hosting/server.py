"""The host's end of the line: reads calls, makes them, answers. The boundary at which every error becomes an answer."""

from __future__ import annotations

import hmac
import logging
import platform
from threading import Lock
from typing import Any, BinaryIO

from bridge import __version__
from bridge.domain.host import Host, HostFailure

from .wire import LONGEST_HELLO, LONGEST_LINE, PROTOCOL, WireError, arguments_of, pack, plain, told, unpack

log = logging.getLogger("superwhite.host")


class Server:
    """Serves `host`, to one caller at a time however many are connected: two panels may work with one application.

    With a `token`, only those are served who say it.
    """

    def __init__(self, name: str, host: Host, token: str = "") -> None:
        self._name = name
        self._host = host
        self._token = token
        self._one_at_a_time = Lock()

    def serve(self, reader: BinaryIO, writer: BinaryIO) -> None:
        """Until the other side leaves, or says what it must not."""
        if self.greet(reader, writer):
            self.converse(reader, writer)

    def greet(self, reader: BinaryIO, writer: BinaryIO) -> bool:
        """Whether whoever calls may go on."""
        try:
            greeting = self._greeting(reader.readline(LONGEST_HELLO))
            _send(writer, greeting)
        except WireError as error:
            log.warning("A caller was turned away: %s", error)
            return False
        except (OSError, ValueError):
            return False  # gone before it was answered
        return "hello" in greeting

    def converse(self, reader: BinaryIO, writer: BinaryIO) -> None:
        try:
            while line := reader.readline(LONGEST_LINE):
                _send(writer, self._answer(unpack(line)))
        except WireError as error:
            log.warning("A caller was cut off: %s", error)
        except (OSError, ValueError) as error:
            log.info("A caller has gone: %s", error)

    def _greeting(self, line: bytes) -> dict[str, Any]:
        hello = unpack(line).get("hello")
        if not isinstance(hello, dict):
            raise WireError("no hello")
        token = str(hello.get("token", ""))
        if self._token and not hmac.compare_digest(token.encode(), self._token.encode()):
            raise WireError("another token")
        if hello.get("protocol") != PROTOCOL:
            failure = HostFailure(
                f"The part of Superwhite in this application is version {__version__}, "
                f"and the panel is version {hello.get('version')}.",
                kind="unsupported",
                remedy="Restart the application. If that does not help, run `superwhite install` again.",
                detail=f"protocol {PROTOCOL} and {hello.get('protocol')}",
            )
            return {"failure": told(failure)}
        about = {
            "host": self._name,
            "protocol": PROTOCOL,
            "version": __version__,
            "python": platform.python_version(),
        }
        return {"hello": about}

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        number, call = message.get("id"), message.get("call")
        arguments = arguments_of(str(call), message.get("arguments"))
        with self._one_at_a_time:
            try:
                value = getattr(self._host, str(call))(*arguments)
            except HostFailure as failure:
                log.info("%s: %s (%s)", call, failure.sentence, failure.detail)
                return {"id": number, "failure": told(failure)}
            except Exception as error:
                log.exception("%s has failed", call)
                failure = HostFailure(
                    "Superwhite's part in this application has failed; nothing is known to be wrong with your project.",
                    remedy="Look into the log, and report it.",
                    detail=f"{call}: {type(error).__name__}: {error}",
                )
                return {"id": number, "failure": told(failure)}
        return {"id": number, "value": plain(value)}


def _send(writer: BinaryIO, message: dict[str, Any]) -> None:
    writer.write(pack(message))
    writer.flush()
