"""XML from strangers, and back."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from bridge.domain.errors import TimelineUnreadable

_DEEPEST = 200


def parse_xml(data: bytes, path: Path) -> ElementTree.Element:
    """The root of a document without declarations of its own. Raises `TimelineUnreadable`.

    An internal DTD subset is refused for the entities in it, which can grow without bound; no timeline needs one.
    """
    depth = 0

    def doctype(name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            raise TimelineUnreadable(
                f"“{path.name}” declares XML entities, which a timeline does not need.",
                detail=f"<!DOCTYPE {name} [...]>",
            )

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise TimelineUnreadable(f"“{path.name}” is nested too deeply to be a timeline.")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    checker = expat.ParserCreate()
    checker.StartDoctypeDeclHandler = doctype
    checker.StartElementHandler = start
    checker.EndElementHandler = end
    try:
        checker.Parse(data, True)
        return ElementTree.fromstring(data)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise TimelineUnreadable(f"“{path.name}” is not whole XML.", detail=str(error)) from error


def xml_bytes(root: ElementTree.Element, doctype: str) -> bytes:
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n\n{text}\n'.encode()


def child(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """A new last child of `parent`."""
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element
