"""What the view worker does with each kind of question."""

from __future__ import annotations

from fractions import Fraction

from bridge.domain.cut import lift_range
from bridge.domain.errors import SuperwhiteError
from bridge.domain.frames import FrameRange, Timecode
from bridge.domain.media import ClipFacts
from bridge.domain.view import (
    ClipQuery,
    ClipReport,
    PictureQuery,
    PixelQuery,
    ScopesQuery,
    Side,
    SubjectFacts,
)
from bridge.media.probe import ASSUMED_RATE

from .gallery import Gallery
from .protocol import Question, Seen, SeenJob
from .render import ppm, render
from .scopes import pixel, scopes


def answer(gallery: Gallery, question: Question) -> bytes:
    """A picture as PPM, or JSON. Raises `SuperwhiteError`s."""
    seen = question.seen
    if question.what == "clip":
        return _report(gallery, ClipQuery.model_validate(question.query)).model_dump_json().encode()
    assert seen
    match question.what:
        case "subject":
            return _facts(gallery, seen).model_dump_json().encode()
        case "picture":
            query = PictureQuery.model_validate(question.query)
            light = gallery.light(seen, query.side, query.frame)
            return ppm(render(light, query))
        case "pixel":
            query = PixelQuery.model_validate(question.query)
            light = gallery.light(seen, query.side, query.frame)
            return pixel(light, query.x, query.y).model_dump_json().encode()
        case "scopes":
            query = ScopesQuery.model_validate(question.query)
            light = gallery.light(seen, query.side, query.frame)
            return scopes(light, query.columns).model_dump_json().encode()


def _facts(gallery: Gallery, seen: Seen) -> SubjectFacts:
    """A result whose source is gone can still be looked at, from one side."""
    try:
        facts = gallery.facts(seen.source, seen.rate)
    except SuperwhiteError:
        if not isinstance(seen, SeenJob):
            raise
        facts = None
    if not isinstance(seen, SeenJob):
        assert facts
        return _described(facts, ("before",))
    result = seen.result
    gallery.light(seen, "after", 0)  # raises where the result is gone
    inside = facts is not None and facts.range.contains_range(
        FrameRange(result.first, result.last + 1).shifted(-facts.first_number)
    )
    return SubjectFacts(
        frames=result.frames,
        first_number=result.first,
        rate=result.rate or (facts.rate if facts else ASSUMED_RATE),
        width=result.width,
        height=result.height,
        pixel_aspect=facts.pixel_aspect if facts else Fraction(1),
        sides=("before", "after") if inside else ("after",),
    )


def _described(facts: ClipFacts, sides: tuple[Side, ...]) -> SubjectFacts:
    return SubjectFacts(
        frames=facts.frames,
        first_number=facts.first_number,
        rate=facts.rate,
        width=facts.width,
        height=facts.height,
        pixel_aspect=facts.pixel_aspect,
        sides=sides,
    )


def _report(gallery: Gallery, query: ClipQuery) -> ClipReport:
    try:
        facts = gallery.facts(query.path, query.rate)
    except SuperwhiteError as error:
        return ClipReport(error=error.report())
    report = ClipReport(
        width=facts.width,
        height=facts.height,
        rate=facts.rate,
        frames=facts.frames,
        end=facts.frames,
        first_number=facts.first_number,
        timecode=_timecode(facts, 0),
        codec=facts.codec,
        has_sound=facts.has_audio,
        warnings=facts.warnings,
    )
    if query.cut is None:
        return report
    try:
        lifted = lift_range(query.cut, facts.first_number, facts.rate, facts.frames, query.handles).lifted
    except SuperwhiteError as error:
        return report.model_copy(update={"error": error.report()})
    timecode = _timecode(facts, lifted.start)
    return report.model_copy(update={"start": lifted.start, "end": lifted.end, "timecode": timecode})


def _timecode(facts: ClipFacts, frame: int) -> str:
    if facts.start_timecode is None:
        return ""
    drop = facts.start_timecode.drop_frame
    return str(Timecode.from_frame(facts.first_number + frame, facts.rate, drop))
