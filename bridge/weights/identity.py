"""How a file is known again, wherever it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .catalogue import WeightFile

_BLOCK = 4 * 1024 * 1024
_LARGEST_IN_GIT = 64 * 1024 * 1024
"""Bytes; larger files lie in Git LFS, where a pointer stands for them."""


@dataclass(frozen=True)
class Digest:
    """`blob` is the name that git has for the file as it is; empty for one that is too large for that."""

    size: int
    sha256: str
    blob: str = ""


def digest_of(path: Path, tell: Callable[[int], None]) -> Digest:
    """Read all of a file; `tell` is told of the bytes that were read, and ends it by raising. Raises `OSError`."""
    size = path.stat().st_size
    sha256 = hashlib.sha256()
    sha1 = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False) if size <= _LARGEST_IN_GIT else None
    done, block = 0, memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            sha256.update(block[:count])
            if sha1:
                sha1.update(block[:count])
            done += count
            tell(done)
    return Digest(done, sha256.hexdigest(), sha1.hexdigest() if sha1 else "")


def pointer_blob(sha256: str, size: int) -> str:
    """The name that git has for the pointer of a file in Git LFS (its specification, “The Pointer”)."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()
    return hashlib.sha1(b"blob %d\0%b" % (len(pointer), pointer), usedforsecurity=False).hexdigest()


def is_file(wanted: WeightFile, found: Digest) -> bool:
    if found.size != wanted.size:
        return False
    if wanted.sha256:
        return found.sha256 == wanted.sha256
    return wanted.blob in (found.blob, pointer_blob(found.sha256, found.size))
