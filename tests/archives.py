"""ZIP archives for tests: byte for byte as wanted, wrong ones too, and files that grow as they are waited for."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenEXR

from bridge.media.archive import ArchiveLimits

LIMITS = ArchiveLimits(frames=64, member_bytes=200_000, total_bytes=4_000_000)


def exr(number: int, **header: object) -> bytes:
    """A whole picture of 32 x 16 pixels that is unlike that of any other number."""
    light = np.random.default_rng(number).uniform(0, 8, (16, 32, 3)).astype(np.float16)
    return exr_of({"RGB": light}, **header)


def exr_of(channels: dict[str, np.ndarray], **header: object) -> bytes:
    buffer = io.BytesIO()
    attributes = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION} | header
    # The bindings read any memory as if it were contiguous, and put objects of their own into the dictionary.
    planes = {name: np.ascontiguousarray(plane) for name, plane in channels.items()}
    with OpenEXR.File(attributes, planes, 0) as file:
        file.write(buffer)
    return buffer.getvalue()


@dataclass
class Raw:
    """A member of a hand-made archive. What is left out is what an honest writer would have put there."""

    name: str | bytes
    data: bytes
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    packed: int | None = None
    payload: bytes | None = None
    after: bytes = b""
    extra: bytes = b""
    mode: int = 0o100644
    attributes: int = 0
    listed_name: str | bytes | None = None
    listed_crc: int | None = None
    offset: int | None = None
    listed: bool = True


def _raw_name(name: str | bytes) -> bytes:
    return name if isinstance(name, bytes) else name.encode()


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def build(
    members: list[Raw], *, front: bytes = b"", gap: bytes = b"", comment: bytes = b"", behind: bytes = b"", count=None
) -> bytes:
    """`gap` stands before the list of contents, `behind` after the end record, which counts `count` members."""
    out = io.BytesIO()
    out.write(front)
    central = b""
    for member in members:
        name, offset = _raw_name(member.name), out.tell()
        payload = member.payload
        if payload is None:
            payload = deflated(member.data) if member.method == 8 else member.data
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        packed = len(payload) if member.packed is None else member.packed
        told = (0, 0, 0) if member.flags & 8 else (crc, packed, size)
        out.write(
            struct.pack(
                "<4s5H3I2H", b"PK\3\4", 20, member.flags, member.method, 0, 33, *told, len(name), len(member.extra)
            )
        )
        out.write(name + member.extra + payload + member.after)
        if not member.listed:
            continue
        name = name if member.listed_name is None else _raw_name(member.listed_name)
        crc = crc if member.listed_crc is None else member.listed_crc
        place = offset if member.offset is None else member.offset
        central += struct.pack(
            "<4s6H3I5H2I",
            b"PK\1\2", 20 | 3 << 8, 20, member.flags, member.method, 0, 33, crc, packed, size,
            len(name), 0, 0, 0, 0, member.mode << 16 | member.attributes, place,
        )  # fmt: skip
        central += name
    out.write(gap)
    start = out.tell()
    number = sum(member.listed for member in members) if count is None else count
    out.write(central + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(central), start, len(comment)))
    out.write(comment + behind)
    return out.getvalue()


def frames(count: int, **fields: object) -> list[Raw]:
    return [Raw(f"frame_{number:05d}.exr", exr(number), **fields) for number in range(1, count + 1)]


class Feed:
    """A file that grows by no more than it is waited for, and so shows how early its reader gets on.

    It grows in steps of `step` bytes.
    """

    def __init__(self, path: Path, whole: bytes, step: int = 1) -> None:
        self._path = path
        self._whole = whole
        self._step = step
        self.there = 0
        path.write_bytes(b"")

    def wait_for(self, size: int) -> int:
        more = self._whole[self.there : -(-size // self._step) * self._step]
        with self._path.open("ab") as file:
            file.write(more)
        self.there += len(more)
        return self.there
