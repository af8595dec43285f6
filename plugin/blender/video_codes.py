"""Saying of PNG files that they hold video, which the world takes for sRGB otherwise."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

_HEADER = 8 + 25
"""Bytes of the signature and of IHDR, which comes first."""

_BT709 = struct.pack(">4B", 1, 1, 0, 1)
"""Primaries, transfer and matrix by ITU-T H.273 (BT.709, and RGB), full range."""


def tag_as_video(path: Path) -> None:
    """Add a cICP chunk (PNG, third edition, 11.3.2.6) of BT.709. Raises `OSError`."""
    data = path.read_bytes()
    chunk = b"cICP" + _BT709
    tag = struct.pack(">I", len(_BT709)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    part = path.with_suffix(".part")
    part.write_bytes(data[:_HEADER] + tag + data[_HEADER:])
    part.replace(path)
