"""Names that every file system, host and frame pattern can bear."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

_LONGEST = 120
"""Bytes of UTF-8: with version, frame number and temporary prefix a name stays well below the 255 of file systems."""

_UNSAFE = re.compile(r'[<>:"/\\|?*%#@$`\[\]{}]')
"""Reserved by Windows; or read as a frame pattern (`%`, `#`, `@`), a variable or a Tcl command by hosts."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)

_FRAME_TOKEN = re.compile(r"[._\- ]*(%0?\d*d|#+|@+|\$F\d*|\[\d+-\d+\]|\{\d+\.\.\d+\})[._\- ]*$")
_FRAME_DIGITS = re.compile(r"[._\- ]*\d+$")
_STILLS = re.compile(
    r"\.(bmp|cin|dpx|exr|gif|hdr|j2k|jp2|jpeg|jpg|jxl|pic|png|psd|sgi|tga|tiff?|webp)", re.IGNORECASE
)


def clip_name(source: Path) -> str:
    """The name of a clip by its path: that of the file, and for stills without frame number or pattern.

    `A001_C003.mov` is `A001_C003`; `shot.%04d.png`, `shot.####.exr`, `shot.[1-9].png` and `shot_1001.png` are `shot`;
    `sh010/1001.png` is `sh010`.
    """
    name, found = _FRAME_TOKEN.subn("", source.stem)
    if not found and _STILLS.fullmatch(source.suffix):
        name = _FRAME_DIGITS.sub("", name)
    return name or source.parent.name


def safe_name(text: str) -> str:
    """`text` as a name for files and folders: never empty, hidden or reserved, and at most 120 bytes of UTF-8."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029" else "_" for c in text)
    text = _UNSAFE.sub("_", text).strip(" .")
    if _RESERVED.match(text):
        text = f"_{text}"
    return text.encode()[:_LONGEST].decode(errors="ignore").rstrip(" .") or "clip"
