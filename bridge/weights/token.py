"""The user's token for a model hub."""

from __future__ import annotations

import logging
from pathlib import Path

from bridge.domain.errors import KeyringUnavailable, RequestError
from bridge.net.secrets import Keys

from .hub import library_token

NAME = "huggingface"
"""What a token is kept under in the system's keyring."""

log = logging.getLogger(__name__)

_LONGEST = 1000


async def find_token(file: Path | None) -> str:
    """The token in `file`, else of the environment (`HF_TOKEN`), else what `hf auth login` has kept, else of the
    system's keyring; empty where there is none. Raises `RequestError` for what can be none.
    """
    if file is not None:
        return _read(file)
    if given := library_token():
        return _sendable(given, "The token of this user")
    try:
        return await Keys().find(NAME) or ""
    except KeyringUnavailable as error:
        # Most of what there is needs no token: whether one is missing is for the hub to say.
        log.warning("%s %s", error.sentence, error.detail)
        return ""


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as text:
            return _sendable(text.read(_LONGEST + 1).strip(), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{file} cannot be read as a token.", detail=repr(error)) from error


def _sendable(token: str, place: str) -> str:
    if not token or len(token) > _LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise RequestError(f"{place} holds no token.")
    return token
