"""OpenTimelineIO's adapters, with their failures in words."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import opentimelineio as otio

from bridge.domain.errors import TimelineUnreadable, TimelineUnsupported

# The adapters do not check what they read: whatever is amiss in a file comes out as one of these.
_FAILURES = (
    otio.exceptions.OTIOError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
)

_log = logging.getLogger(__name__)


def read_with(adapter: str, text: str, path: Path, **arguments: object) -> Any:
    """What the adapter makes of `text`. Media are not looked for, and no plugin for that is run."""
    try:
        return otio.adapters.read_from_string(
            text,
            adapter_name=adapter,
            media_linker_name=otio.media_linker.MediaLinkingPolicy.DoNotLinkMedia,
            **arguments,
        )
    except _FAILURES as error:
        _log.debug("the %s adapter failed on %s", adapter, path, exc_info=error)
        raise TimelineUnreadable(
            f"“{path.name}” cannot be read as a timeline.", detail=f"{adapter}: {type(error).__name__}: {error}"
        ) from error


def only_timeline(root: Any, path: Path) -> Any:
    """The `Timeline` that `root` is, or the only one that it holds. Raises `TimelineUnsupported`."""
    found: list[Any] = [root] if isinstance(root, otio.schema.Timeline) else []
    if isinstance(root, otio.schema.SerializableCollection):
        found = [item for item in root if isinstance(item, otio.schema.Timeline)]
    if len(found) != 1:
        raise TimelineUnsupported(
            f"“{path.name}” holds {len(found) or 'no'} timelines.", remedy="Export one timeline to a file."
        )
    if found[0].tracks is None:
        raise TimelineUnsupported(f"“{path.name}” holds no tracks.", remedy="Export a timeline that has clips.")
    return found[0]
