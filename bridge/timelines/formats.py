"""Timeline files: which format one is in, and opening it with suspicion."""

from __future__ import annotations

import codecs
import json
import re
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from bridge.domain.errors import TimelineUnreadable, TimelineUnsupported
from bridge.timelines.document import Document
from bridge.timelines.edl import EdlDocument
from bridge.timelines.fcpxml import FcpxmlDocument
from bridge.timelines.otiofile import OtioDocument
from bridge.timelines.xmeml import XmemlDocument
from bridge.timelines.xmlfile import parse_xml

SUFFIXES = (".otio", ".fcpxml", ".xml", ".edl")

_LARGEST = 64 << 20
_DEEPEST = 500
_JSON_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def open_document(path: Path, rate: Fraction | None = None) -> Document:
    """Read the timeline file at `path`; `rate` is for an EDL.

    Raises `TimelineUnreadable` for what is damaged or dangerous and `TimelineUnsupported` for another kind of file.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise TimelineUnsupported(
            f"“{path.name}” is not a timeline that Superwhite reads.",
            remedy=f"Export the timeline as one of {', '.join(SUFFIXES)}.",
        )
    data = _read(path)
    if suffix == ".otio":
        text = _text(data, path)
        _check_json(text, path)
        return OtioDocument(text, path)
    if suffix == ".edl":
        return EdlDocument(_text(data, path), path, rate)
    root = parse_xml(data, path)
    match root.tag:
        case "fcpxml":
            return FcpxmlDocument(root, path)
        case "xmeml":
            return XmemlDocument(root, path)
        case _:
            raise TimelineUnsupported(
                f"“{path.name}” is XML, but neither FCPXML nor Final Cut Pro 7 XML.",
                detail=f"Its root is <{root.tag}>.",
            )


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise TimelineUnreadable(
            f"There is no timeline file at {path}.", remedy="Check the path, and that its drive is connected."
        )
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise TimelineUnreadable(f"“{path.name}” cannot be read: {error.strerror}.", detail=str(error)) from error
    if len(data) > _LARGEST:
        raise TimelineUnreadable(f"“{path.name}” is larger than {_LARGEST >> 20} MB, which no timeline is.")
    if not data.strip(b"\0 \t\r\n"):
        raise TimelineUnreadable(f"“{path.name}” is empty.")
    return data


def _text(data: bytes, path: Path) -> str:
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # Avid and older systems write EDLs in the Western code page.
        if path.suffix.lower() == ".edl" and b"\0" not in data:
            return data.decode("cp1252", errors="replace")
        raise TimelineUnreadable(f"“{path.name}” is not text.", detail=str(error)) from error


def _check_json(text: str, path: Path) -> None:
    """OpenTimelineIO's reader descends without bound, and crashes on broken JSON and on
    fields that are there twice: each takes the process with it."""
    brackets = re.findall(r"[\[\]{}]", _JSON_STRING.sub("", text))
    if max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0) > _DEEPEST:
        raise TimelineUnreadable(f"“{path.name}” is nested too deeply to be a timeline.")
    try:
        json.loads(text, object_pairs_hook=_check_object)
    except ValueError as error:
        raise TimelineUnreadable(f"“{path.name}” is not whole JSON.", detail=str(error)) from error


def _check_object(pairs: list[tuple[str, object]]) -> None:
    fields = dict(pairs)
    schema = fields.get("OTIO_SCHEMA", "")
    if len(fields) < len(pairs):
        raise ValueError("a field is there twice")
    if not isinstance(schema, str) or schema.startswith("UnknownSchema"):
        raise ValueError(f"{schema} is not the name of a schema")
