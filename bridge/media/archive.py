"""ZIP archives of EXR frames from an endpoint, unpacked frame by frame, also while they still arrive.

An archive is taken for hostile: nothing of it is ever written under its own names, sizes count as they are unpacked and
not as they are announced, and what lies beside the frames is passed over, but held to the same limits.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from pathlib import Path

from bridge.domain.errors import ResultUnusable
from bridge.media.ziprecords import (
    CENTRAL_MARK,
    END_64_MARK,
    END_MARK,
    LOCAL_MARK,
    STORED,
    Growing,
    Record,
    Source,
    base_name,
    damaged,
    descriptor_length,
    listed,
    local_record,
    unpacked,
    wrong_sum,
)

_EXR_MAGIC = b"\x76\x2f\x31\x01"
# Previews, notes and folders that may lie beside the frames; macOS adds one file to each of them.
_OTHERS = 64


@dataclass(frozen=True)
class ArchiveLimits:
    """The most that is taken from an archive: `frames`, unpacked bytes of one member, unpacked bytes of all."""

    frames: int
    member_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Seen:
    """What a frame was when it was unpacked: its path in the archive, where its header begins, its size and CRC-32."""

    path: str
    offset: int
    size: int
    crc: int


@dataclass(frozen=True)
class Member:
    """One frame: the last part of its path in the archive, and its bytes, which begin as an EXR file does."""

    name: str
    data: bytes
    seen: Seen


class NotStreamable(Exception):
    """The archive tells only when it is complete what its frames are, or in which order they come."""


Key = tuple[str | int, ...]


def natural_key(name: str) -> Key:
    """Sorts names as people count: `a9` before `a10`. Text and numbers take turns, text first; case makes no odds."""
    return tuple(int(part) if at % 2 else part for at, part in enumerate(re.split(r"([0-9]+)", name.casefold())))


def members_as_they_come(path: Path, growing: Growing, limits: ArchiveLimits) -> Iterator[Member]:
    """The frames of a growing archive in its order, each as soon as its bytes are there and fit their CRC-32.

    Ends when the archive is complete; then `check_whole` has the last word. Raises `ResultUnusable`. Raises
    `NotStreamable`, once the archive is complete, where only `members_of` can read it: what was yielded until then may
    not be what it seemed and is to be forgotten.
    """
    with path.open("rb", buffering=0) as file:
        source = Source(file, growing)
        try:
            yield from _stream(source, limits)
        except NotStreamable:
            growing.wait_for(sys.maxsize)
            raise
        growing.wait_for(sys.maxsize)


def members_of(path: Path, limits: ArchiveLimits) -> Iterator[Member]:
    """The frames of a complete archive in the natural order of their names. Raises `ResultUnusable`."""
    with path.open("rb", buffering=0) as file:
        count = _Count(limits)
        source, records = listed(file)
        frames = [record for record in records if count.is_frame(record.path)]
        count.check_some()
        for record in _in_order(frames):
            data, packed = unpacked(source, record, count.room)
            if (zlib.crc32(data), packed, len(data)) != (record.crc, record.packed, record.size):
                raise wrong_sum(record.path)
            count.take(data)
            yield _member(record, data)


def check_whole(path: Path, seen: Sequence[Seen]) -> None:
    """Whether the list at the end of a complete archive names the frames that were `seen`, in this order, and no more.

    Raises `ResultUnusable`, also for members that overlap, leave gaps, or are links; and for missing frames.
    """
    with path.open("rb", buffering=0) as file:
        _, records = listed(file)
    frames = _in_order([record for record in records if _is_frame(record.path)])
    told = [Seen(record.path, record.offset, record.size, record.crc) for record in frames]
    for there, was in zip_longest(told, seen):
        if there != was:
            raise damaged("its list of contents does not fit the frames in it.", f"listed {there}, seen {was}")


class _Count:
    """Holds an archive to its limits, and its members to names of their own."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self._limits = limits
        self._left = limits.total_bytes
        self._frames: set[Key] = set()
        self._others: set[str] = set()

    @property
    def room(self) -> int:
        """How many bytes the next member may have, unpacked."""
        return min(self._left, self._limits.member_bytes)

    def is_frame(self, path: str) -> bool:
        if not _is_frame(path):
            if path.casefold() in self._others:
                raise damaged(f"it holds {path} twice.")
            self._others.add(path.casefold())
            if len(self._others) > self._limits.frames + _OTHERS:
                raise ResultUnusable("The archive from the endpoint holds far more files than frames.")
            return False
        key = natural_key(base_name(path))
        if key in self._frames:
            raise damaged(f"it holds the frame {base_name(path)} twice.")
        self._frames.add(key)
        if len(self._frames) > self._limits.frames:
            raise ResultUnusable(
                f"The archive from the endpoint holds more frames than were asked for ({self._limits.frames})."
            )
        return True

    def take(self, data: bytes) -> None:
        self._left -= len(data)

    def check_some(self) -> None:
        if not self._frames:
            raise ResultUnusable("The archive from the endpoint holds no EXR frames.")


def _stream(source: Source, limits: ArchiveLimits) -> Iterator[Member]:
    count = _Count(limits)
    before: Key | None = None
    at = 0
    while (mark := source.exactly(at, 4)) == LOCAL_MARK:
        record = local_record(source, at)
        is_frame = count.is_frame(record.path)
        if record.described and record.method == STORED:
            raise NotStreamable(f"{record.path} is stored, and its size comes after it")
        if is_frame:
            key = natural_key(base_name(record.path))
            if before is not None and not _follows(before, key):
                raise NotStreamable(f"{record.path} is not the next frame")
            before = key
        data, packed = unpacked(source, record, count.room)
        at = record.data + packed
        told = replace(record, crc=zlib.crc32(data), packed=packed, size=len(data))
        if record.described:
            at += descriptor_length(source, at, told)
        elif told != record:
            raise wrong_sum(record.path)
        count.take(data)
        if is_frame:
            yield _member(told, data)
    if mark not in (CENTRAL_MARK, END_MARK, END_64_MARK):
        raise damaged("it cannot be read.", f"no member and no list of contents at byte {at}: {mark!r}")
    count.check_some()


def _is_frame(path: str) -> bool:
    base = base_name(path)
    # macOS lays a hidden “._name.exr” beside each file, which is no picture.
    hidden = base.startswith(".") or path.startswith("__MACOSX/")
    return base.lower().endswith(".exr") and not hidden


def _member(record: Record, data: bytes) -> Member:
    name = base_name(record.path)
    if not data.startswith(_EXR_MAGIC):
        raise damaged(f"{name} is not an EXR picture.", f"it begins with {data[:8]!r}")
    return Member(name, data, Seen(record.path, record.offset, len(data), record.crc))


def _follows(before: Key, key: Key) -> bool:
    """Whether a frame may come next: a number that alone has changed has grown by one."""
    changed = [(old, new) for old, new in zip(before, key, strict=False) if old != new]
    match changed:
        case [(int(old), int(new))] if len(before) == len(key):
            return new == old + 1
        case _:
            return before < key


def _in_order(frames: Sequence[Record]) -> list[Record]:
    """Frames in the natural order of their names. Where these differ in one number alone, none may be missing."""
    ordered = sorted(frames, key=lambda record: natural_key(base_name(record.path)))
    names = [base_name(record.path) for record in ordered]
    keys = [natural_key(name) for name in names]
    if len({len(key) for key in keys}) != 1:
        return ordered
    columns = [at for at, column in enumerate(zip(*keys, strict=True)) if len(set(column)) > 1]
    if len(columns) == 1 and columns[0] % 2:
        for before, after in pairwise(names):
            parts = re.split(r"([0-9]+)", before)
            digits = parts[columns[0]]
            parts[columns[0]] = f"{int(digits) + 1:0{len(digits)}d}"
            missing = "".join(parts)
            if natural_key(missing) != natural_key(after):
                raise ResultUnusable(f"The archive from the endpoint lacks {missing}, which comes after {before}.")
    return ordered
