"""The records of a ZIP archive from outside: what stands in front of a member, behind it, and in the list at the end.

Written after PKWARE's APPNOTE.TXT 6.3.10. Nothing that a record says is believed: sizes count as the bytes are
unpacked, and the members of a complete archive must fill it without a gap, so that all readers find the same in it.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from bridge.domain.errors import ResultUnusable

LOCAL_MARK, CENTRAL_MARK, END_MARK, END_64_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6"
STORED, DEFLATED = 0, 8

_LOCAL = struct.Struct("<4s2xHH4xIIIHH")
_LOCATOR_64_MARK = b"PK\6\7"
_END_SIZE, _LOCATOR_64_SIZE, _END_64_SIZE = 22, 20, 56
_TAIL = _END_64_SIZE + _LOCATOR_64_SIZE + _END_SIZE + 0xFFFF

_DESCRIBED, _UTF8, _PATCH = 1 << 3, 1 << 11, 1 << 5
# Encrypted, strongly encrypted, local header masked.
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_IN_ZIP64 = 0xFFFFFFFF
_DOS_FOLDER = 1 << 4

_NAME_BYTES = 1024
# Room for tens of thousands of members: enough for any clip, and little enough to be held in memory.
_DIRECTORY_BYTES = 8 * 1024 * 1024
_CHUNK = 256 * 1024


class Growing(Protocol):
    """How much of a file is there that another process still appends to."""

    def wait_for(self, size: int) -> int:
        """Blocks until at least `size` bytes are there, or all of the file is; how many bytes are there now.

        They may be fewer than `size` only when the file is complete. May raise, to end the work.
        """
        ...


@dataclass(frozen=True)
class Record:
    """A member as its header tells, `data` being where its bytes begin. Nothing of it is true until it is checked."""

    path: str
    offset: int
    data: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int

    @property
    def described(self) -> bool:
        """Whether sum and sizes stand behind the bytes and not before them."""
        return bool(self.flags & _DESCRIBED)


class Source:
    """Reads from a file that may still grow."""

    def __init__(self, file: BinaryIO, growing: Growing) -> None:
        self._file = file
        self._growing = growing
        self._there = 0

    def some(self, at: int, most: int) -> bytes:
        """At least one byte from `at` on, `most` at most."""
        if self._there <= at:
            self._there = self._growing.wait_for(at + 1)
        self._file.seek(at)
        found = self._file.read(max(0, min(most, self._there - at)))
        if not found:
            raise damaged("it ends too early.", f"nothing at byte {at}")
        return found

    def exactly(self, at: int, size: int) -> bytes:
        if self._there < at + size:
            self._there = self._growing.wait_for(at + size)
        self._file.seek(at)
        found = self._file.read(size) if self._there >= at + size else b""
        if len(found) < size:
            raise damaged("it ends too early.", f"wanted {size} bytes at byte {at}, {self._there} are there")
        return found


class _Whole:
    """A file that grows no more."""

    def __init__(self, size: int) -> None:
        self._size = size

    def wait_for(self, size: int) -> int:  # noqa: ARG002 - all that will be is there
        return self._size


def local_record(source: Source, at: int) -> Record:
    """The header in front of a member, whose mark was looked at."""
    header = source.exactly(at, _LOCAL.size)
    _, flags, method, crc, packed, size, name_size, extra_size = _LOCAL.unpack(header)
    if not 0 < name_size <= _NAME_BYTES:
        raise damaged("it has a name of impossible length.", f"{name_size} bytes, at byte {at}")
    tail = source.exactly(at + _LOCAL.size, name_size + extra_size)
    path = _path(tail[:name_size], flags)
    if flags & _ENCRYPTED:
        raise ResultUnusable(f"The archive from the endpoint is encrypted: {path} cannot be read.")
    if method not in (STORED, DEFLATED) or flags & _PATCH:
        raise ResultUnusable(
            f"The archive from the endpoint is packed in a way that is not known here: {path}.",
            detail=f"method {method}, flags {flags:#06x}",
        )
    packed, size = _wide(tail[name_size:], packed, size)
    if method == STORED and packed != size:
        raise damaged(f"{path} has two sizes.", f"packed {packed}, unpacked {size}")
    return Record(path, at, at + _LOCAL.size + len(tail), flags, method, crc, packed, size)


def _wide(extra: bytes, packed: int, size: int) -> tuple[int, int]:
    """Packed and unpacked size, from the ZIP64 field where they stand there (APPNOTE 4.5.3)."""
    while len(extra) >= 4 and _IN_ZIP64 in (packed, size):
        tag, length = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if tag == 1 and size == _IN_ZIP64 and len(body) >= 8:
            size, body = int.from_bytes(body[:8], "little"), body[8:]
        if tag == 1 and packed == _IN_ZIP64 and len(body) >= 8:
            packed = int.from_bytes(body[:8], "little")
    return packed, size


def _path(raw: bytes, flags: int) -> str:
    try:
        path = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise damaged("it has a name that cannot be read.", repr(raw)) from error
    if (
        not path.isprintable()
        or "\\" in path
        or path.startswith("/")
        or re.match(r"[A-Za-z]:", path)
        or ".." in path.split("/")
    ):
        raise ResultUnusable(
            "The archive from the endpoint holds a file with a name that is not safe to use.", detail=repr(path)
        )
    return path


def unpacked(source: Source, record: Record, room: int) -> tuple[bytes, int]:
    """The bytes of a member, `room` at most, and how many they were when packed. Its CRC-32 is not looked at."""
    if record.method == STORED:
        if record.size > room:
            raise _too_large(record.path)
        return source.exactly(record.data, record.size), record.size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    parts: list[bytes] = []
    at = record.data
    while not inflater.eof:
        chunk = source.some(at, _CHUNK)
        at += len(chunk)
        try:
            part = inflater.decompress(chunk, room + 1)
        except zlib.error as error:
            raise damaged(f"{base_name(record.path)} cannot be unpacked.", str(error)) from error
        room -= len(part)
        if room < 0:
            raise _too_large(record.path)
        parts.append(part)
    return b"".join(parts), at - len(inflater.unused_data) - record.data


def descriptor_length(source: Source, at: int, record: Record) -> int:
    """The length of the data descriptor at `at`, which repeats what `record` says and is followed by another record.

    Its mark is optional and its sizes have 32 or 64 bits, which nothing tells reliably (APPNOTE 4.3.9).
    """
    found = source.exactly(at, 28)
    for known in _descriptors(record):
        if found.startswith(known) and found[len(known) :].startswith((LOCAL_MARK, CENTRAL_MARK)):
            return len(known)
    raise wrong_sum(record.path)


def _descriptors(record: Record) -> list[bytes]:
    told = [struct.pack("<IQQ", record.crc, record.packed, record.size)]
    if max(record.packed, record.size) <= 0xFFFFFFFF:
        told.append(struct.pack("<III", record.crc, record.packed, record.size))
    return [mark + sizes for mark in (b"PK\7\x08", b"") for sizes in told]


def listed(file: BinaryIO) -> tuple[Source, list[Record]]:
    """The members of a complete archive as the list at its end gives them, in the order of the file.

    They fill the file from its first byte to that list, and each has a header that says the same.
    """
    count = _count_at_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            directory = archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        raise damaged("its list of contents cannot be read.", str(error)) from error
    source = Source(file, _Whole(file.seek(0, 2)))
    starts = [*(info.header_offset for info in infos), directory]
    if starts[0] != 0:
        raise damaged("something stands before its first file.")
    if len(infos) != count:
        raise damaged("its list of contents has another length than it says.", f"{len(infos)} and {count}")
    records: list[Record] = []
    for info, end in zip(infos, starts[1:], strict=True):
        if source.exactly(info.header_offset, 4) != LOCAL_MARK:
            raise damaged("its list of contents points to nothing.", info.orig_filename)
        local = local_record(source, info.header_offset)
        record = replace(local, crc=info.CRC, packed=info.compress_size, size=info.file_size)
        if (
            (local.path, local.method) != (info.orig_filename, info.compress_type)
            or info.flag_bits & (_ENCRYPTED | _PATCH)
            or (not local.described and local != record)
        ):
            raise damaged(f"it tells two stories of {base_name(local.path)}.", f"{local} {info!r}")
        _check_kind(info)
        after = record.data + record.packed
        between = _descriptors(record) if local.described else [b""]
        if not 0 <= end - after <= 24 or source.exactly(after, end - after) not in between:
            raise damaged("its files overlap, or something stands between them.", local.path)
        records.append(record)
    return source, records


def _count_at_end(file: BinaryIO) -> int:
    """How many members the archive's last record counts.

    Raises `ResultUnusable` unless the file ends with that record, and the list before it is small enough to be read.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(END_MARK)
    if at < 0 or at + _END_SIZE > len(tail):
        raise damaged("it ends too early.", f"no end record in the last of {size} bytes")
    count, directory, comment = struct.unpack_from("<HI4xH", tail, at + 10)
    if at + _END_SIZE + comment != len(tail):
        raise damaged("something stands behind its end.")
    locator = at - _LOCATOR_64_SIZE
    wide = locator - _END_64_SIZE
    if wide >= 0 and tail.startswith(_LOCATOR_64_MARK, locator) and tail.startswith(END_64_MARK, wide):
        count, directory = struct.unpack_from("<QQ", tail, wide + 32)
    if directory > _DIRECTORY_BYTES:
        raise ResultUnusable("The archive from the endpoint holds far more files than frames.")
    return count


def _check_kind(info: zipfile.ZipInfo) -> None:
    """Raises `ResultUnusable` for links, devices, and folders that are not what they say."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    folder = info.orig_filename.endswith("/")
    if (
        kind not in (0, stat.S_IFDIR if folder else stat.S_IFREG)
        or (folder and info.file_size)
        or (not folder and info.external_attr & _DOS_FOLDER)
    ):
        raise ResultUnusable(
            f"The archive from the endpoint holds {info.orig_filename}, which is no plain file or empty folder.",
            detail=f"external attributes {info.external_attr:#010x}, {info.file_size} bytes",
        )


def damaged(what: str, detail: str = "") -> ResultUnusable:
    return ResultUnusable(f"The archive from the endpoint is damaged: {what}", detail=detail)


def wrong_sum(path: str) -> ResultUnusable:
    return damaged(f"{base_name(path)} does not match its checksum.", path)


def _too_large(path: str) -> ResultUnusable:
    return ResultUnusable(
        f"The archive from the endpoint unpacks to more than this clip can need; stopped at {base_name(path)}.",
        detail=path,
    )


def base_name(path: str) -> str:
    return path.rpartition("/")[2]
