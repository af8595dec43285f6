"""The bridge's settings on the drive."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from pydantic import ValidationError

from bridge.domain.errors import RequestError
from bridge.domain.settings import BridgeSettings
from bridge.media.storage import write_atomic
from bridge.net.addresses import proxy_address, service_address
from bridge.net.secrets import variable_of

log = logging.getLogger(__name__)

_MOST_ENDPOINTS = 16


class Settings:
    """What is in `path`. A file that cannot be read is set aside; then the defaults hold, and nothing is uploaded until
    the user says so again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()
        self.current = _read(path)

    async def change(self, new: BridgeSettings) -> BridgeSettings:
        """Keep `new`, then act by it. Raises `RequestError`, which names the field, and `OutputError`s."""
        _check(new)
        content = new.model_dump_json(indent=2).encode()
        async with self._lock:
            await asyncio.to_thread(write_atomic, self._path, content, mode=0o600)
            self.current = new
        return new


def _check(settings: BridgeSettings) -> None:
    if len(settings.endpoints) > _MOST_ENDPOINTS:
        raise RequestError(f"endpoints has {len(settings.endpoints)} entries, but there can be {_MOST_ENDPOINTS}.")
    holders: dict[str, str] = {}
    for number, endpoint in enumerate(settings.endpoints):
        # Compared by what their keys are kept under, lest one service gets the key of another.
        other = holders.setdefault(variable_of(endpoint.name), endpoint.name)
        if len(holders) <= number:
            raise RequestError(f"endpoints.{number}.name is “{endpoint.name}”, but there is “{other}” already.")
        service_address(endpoint.url, f"endpoints.{number}.url")
    if settings.proxy:
        proxy_address(settings.proxy, "proxy")
    folder = settings.models_folder
    if folder and (not folder.is_absolute() or not str(folder).isprintable()):
        raise RequestError(f"models_folder is “{folder}”, but must be a full path.")


def _read(path: Path) -> BridgeSettings:
    try:
        settings = BridgeSettings.model_validate_json(path.read_bytes())
        _check(settings)
    except FileNotFoundError:
        return BridgeSettings()
    except (OSError, ValidationError, RequestError) as error:
        reason = error.sentence if isinstance(error, RequestError) else type(error).__name__
        aside = path.with_suffix(".damaged.json")
        log.warning("The settings cannot be used (%s). They are now %s, and the defaults hold.", reason, aside)
        try:
            path.replace(aside)
        except OSError:
            log.exception("The settings could not be set aside.")
        # What the user had forbidden must not become allowed because a file was damaged.
        return BridgeSettings(never_upload=True)
    return settings
