"""Pictures as they come from the bridge, checked before anything is made of them."""

from __future__ import annotations

import re

from PySide6.QtGui import QImage

_HEADER = re.compile(rb"P6[ \t\r\n]+(\d{1,5})[ \t\r\n]+(\d{1,5})[ \t\r\n]+255[ \t\r\n]")
_LARGEST = 16384


def image_of(data: bytes) -> QImage | None:
    """The picture in a binary PPM (Netpbm P6, 8 bit); none where `data` is not exactly that."""
    match = _HEADER.match(data)
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST and len(data) == match.end() + 3 * width * height):
        return None
    # The image would read from the bytes, which may be gone by then: the copy is its own.
    return QImage(memoryview(data)[match.end() :], width, height, 3 * width, QImage.Format.Format_RGB888).copy()
