"""The licences of models, and that the user has accepted them: once for each, kept in the models folder."""

from __future__ import annotations

import getpass
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bridge.domain.errors import LicenceNotAccepted
from bridge.domain.settings import BridgeSettings
from bridge.domain.wire import Frozen
from bridge.media.storage import write_atomic

from .catalogue import Licence
from .folder import known_set, models_home

_FILE = "licences.json"
_LARGEST = 1024 * 1024


class Acceptance(Frozen):
    """`sha256` is that of the text as it was shown; empty where it could not be had."""

    version: str
    when: datetime
    who: str
    sha256: str = ""


_Book = TypeAdapter(dict[str, Acceptance])


def licence_accepted(settings: BridgeSettings, set_name: str) -> bool:
    """Whether the user has accepted what a set is licensed under."""
    return find_acceptance(models_home(settings), known_set(set_name).licence) is not None


def find_acceptance(home: Path, licence: Licence) -> Acceptance | None:
    """Of this version of a licence; what is kept for another version, or cannot be read, is none."""
    found = _read(home).get(licence.name)
    return found if found and found.version == licence.version else None


def accept(home: Path, licence: Licence, text: bytes | None) -> None:
    """Keep that the user has accepted a licence, whose text was shown where it is given. Raises `OutputError`s."""
    home.mkdir(parents=True, exist_ok=True)
    mark = Acceptance(
        version=licence.version,
        when=datetime.now(UTC).replace(microsecond=0),
        who=_user(),
        sha256=hashlib.sha256(text).hexdigest() if text else "",
    )
    write_atomic(home / _FILE, _Book.dump_json(_read(home) | {licence.name: mark}, indent=2))


def is_the_accepted(acceptance: Acceptance, text: bytes | None) -> bool:
    """Whether `text` is what was accepted, as far as both are known."""
    return not text or not acceptance.sha256 or hashlib.sha256(text).hexdigest() == acceptance.sha256


def demand_accepted(settings: BridgeSettings, set_name: str) -> None:
    """Raises `LicenceNotAccepted`."""
    if not licence_accepted(settings, set_name):
        raise LicenceNotAccepted(f"The {known_set(set_name).licence.title} has not been accepted here.")


def _read(home: Path) -> dict[str, Acceptance]:
    try:
        with (home / _FILE).open("rb") as file:
            return _Book.validate_json(file.read(_LARGEST))
    except (OSError, ValidationError):
        return {}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name; Windows has no pwd
        return ""
