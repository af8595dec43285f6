"""Routes of timelines: read one and choose clips, write one with finished clips in place.

Plain functions: FastAPI runs them on threads of its own, so a large file does not hold up the event loop.
"""

from __future__ import annotations

from fastapi import APIRouter

from bridge.domain.timeline import TimelineChoice, TimelineOrder, TimelineQuery, WrittenTimeline

router = APIRouter(prefix="/v1/timelines", tags=["timelines"])


@router.post("/read")
def read(query: TimelineQuery) -> TimelineChoice:
    """The clips of a timeline file, and those of them that are chosen."""
    # OpenTimelineIO takes half a second to load: only who has a timeline waits for it.
    from bridge.timelines.read import read_timeline
    from bridge.timelines.select import select_clips, skip_warnings

    facts = read_timeline(query.path, query.rate)
    chosen = select_clips(facts, query.select) if query.select else []
    return TimelineChoice(facts=facts, chosen=tuple(chosen), skipped=tuple(skip_warnings(facts, query.select)))


@router.post("/write")
def write(order: TimelineOrder) -> WrittenTimeline:
    """A new timeline file beside the finished clips; the one that it is made from stays as it is."""
    from bridge.timelines.place import hdr_timeline_path, write_timeline

    target = hdr_timeline_path(order.source, order.folder)
    return write_timeline(order.source, order.placed, target, order.rate)
