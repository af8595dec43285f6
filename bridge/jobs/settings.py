"""The bridge's settings on the drive."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from pydantic import ValidationError

from bridge.domain.errors import RequestError
from bridge.domain.settings import BridgeSettings
from bridge.media.storage import os_error_to_output_error, write_atomic
from bridge.net.addresses import proxy_address, service_address

log = logging.getLogger(__name__)

_MOST_ENDPOINTS = 16


class Settings:
    """What is in `path`; a file that cannot be read is set aside, and the defaults hold."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()
        self.current = _read(path)

    async def change(self, new: BridgeSettings) -> BridgeSettings:
        """Keep `new`, then act by it. Raises `RequestError` for addresses that cannot be used, and `OutputError`s."""
        _check(new)
        async with self._lock:
            try:
                await asyncio.to_thread(write_atomic, self._path, new.model_dump_json(indent=2).encode(), mode=0o600)
            except OSError as error:
                raise os_error_to_output_error(error, self._path) from error
            self.current = new
        return new


def _check(settings: BridgeSettings) -> None:
    names = [endpoint.name for endpoint in settings.endpoints]
    if len(names) > _MOST_ENDPOINTS:
        raise RequestError(f"There can be at most {_MOST_ENDPOINTS} endpoints.")
    if len(set(names)) < len(names):
        raise RequestError("Two endpoints have the same name.")
    for endpoint in settings.endpoints:
        service_address(endpoint.url)
    if settings.proxy:
        proxy_address(settings.proxy)


def _read(path: Path) -> BridgeSettings:
    try:
        return BridgeSettings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return BridgeSettings()
    except (OSError, ValidationError) as error:
        aside = path.with_suffix(".damaged.json")
        log.warning("The settings could not be read (%s). They are now %s, and the defaults hold.", error, aside)
        try:
            path.replace(aside)
        except OSError:
            log.exception("The settings could not be set aside.")
        return BridgeSettings()
