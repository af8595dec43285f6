"""How items of ours are known again: by a tag, which is saved with the project."""

from __future__ import annotations

from .api import TrackItem, core

TITLE = "Superwhite"
_PLACEMENT, _JOB, _SOURCE = "tag.superwhite_placement", "tag.superwhite_job", "tag.superwhite_source"


def mark(item: TrackItem, placement: str, job: str, source: str) -> None:
    tag = core().Tag(TITLE)
    # An item keeps a copy of a tag: what is written into it later is lost.
    for key, value in ((_PLACEMENT, placement), (_JOB, job), (_SOURCE, source)):
        tag.metadata().setValue(key, value)
    tag.setVisible(False)
    item.addTag(tag)


def placement_of(item: TrackItem) -> str:
    """Empty for an item that is none of ours."""
    return _said(item, _PLACEMENT)


def job_of(item: TrackItem) -> str:
    return _said(item, _JOB)


def source_of(item: TrackItem) -> str:
    """The id of the clip that it is a result of."""
    return _said(item, _SOURCE)


def _said(item: TrackItem, key: str) -> str:
    for tag in item.tags():
        metadata = tag.metadata()
        if tag.name() == TITLE and metadata.hasKey(key):
            return metadata.value(key)
    return ""
