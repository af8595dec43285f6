"""How what lies in a host compares with what would be put there now."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from .launchers import LINE_MARK, MARK
from .manifest import Entry, FileEntry
from .pieces import OwnLine, Piece
from .textlines import TextLines

Condition = Literal["current", "outdated", "edited", "missing", "foreign"]


def condition(piece: Piece, entry: Entry | None) -> Condition:
    """How what lies in the host compares with what would be put there now. Raises `OSError`."""
    content = read_if_there(piece.path)
    if isinstance(piece, OwnLine):
        if content is None or LINE_MARK.encode() not in content:
            return "missing"
        return "current" if TextLines(content).has(piece.line) else "edited"
    if content is None:
        return "missing"
    if content == piece.content:
        return "current"
    if isinstance(entry, FileEntry) and is_ours(content, entry):
        return "outdated"
    return "edited" if entry is not None or content.startswith(MARK.encode()) else "foreign"


def is_ours(content: bytes, entry: FileEntry) -> bool:
    return digest(content) in {entry.sha256, *entry.earlier}


def read_if_there(path: Path) -> bytes | None:
    """None where nothing is. Raises `OSError`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
