"""A movie that a workflow has made: looked at, named, and given its poster and its sidecar."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from bridge.domain.color import REFERENCE_WHITE_NITS
from bridge.domain.errors import MediaError, SuperwhiteError
from bridge.domain.job import Deliverable, JobState, Verifying
from bridge.domain.media import ClipFacts
from bridge.engines.protocol import Order
from bridge.media.clip import Clip, open_clip
from bridge.media.mask import MaskRecord
from bridge.media.plate import Rec709
from bridge.media.review import write_poster

from .plan import plan_work
from .sidecar import Sidecar, SourceRecord

Report = Callable[[JobState], None]


def deliver_movie(
    order: Order,
    movie: Path,
    report: Report,
    *,
    engine: dict[str, JsonValue],
    unusable: Callable[[str], SuperwhiteError],
    called: str = "The movie",
    review: Path | None = None,
    mask: MaskRecord | None = None,
    notes: Sequence[str] = (),
    cost: float | None = None,
) -> Deliverable:
    """Verify `movie`, and put it with poster and sidecar into the staging folder, where it may lie already.

    `review` is what a person looks at, inside that folder too, where it is not the movie itself. Raises what
    `unusable` makes of a sentence, which begins as the movie is `called`, for one that cannot be played or is shorter
    than what was asked for.
    """
    report(Verifying())
    staging, final, name = order.reservation.staging, order.reservation.final, order.reservation.name
    before = after = first = 0
    source: ClipFacts | None = None
    wanted = 0
    if order.request.workflow != "audio_to_video":
        with open_clip(order.request.source.path, rate=order.request.source.rate) as clip:
            plan = plan_work(order, clip.facts)
        source, before, after, wanted = clip.facts, plan.before, plan.after, len(plan.lifted)
        first = plan.numbers[0]
    try:
        with open_clip(movie) as opened:
            facts = opened.facts
            if facts.frames < wanted:
                raise unusable(f"{called} has {facts.frames} frames, but {wanted} were asked for.")
            _look_through(opened, staging, report)
    except MediaError as error:
        raise unusable(f"{called} cannot be played: {error.sentence}") from error
    path = staging / f"{name}{movie.suffix}"
    if path != movie:
        shutil.copyfile(movie, path)
    warnings = [*facts.warnings, *notes]
    if source and (facts.width, facts.height) != (source.width, source.height):
        warnings.append(
            f"The movie has {facts.width}x{facts.height} pixels, the clip {source.width}x{source.height}."
        )
    result = Deliverable(
        kind="movie",
        directory=final,
        pattern=path.name,
        first=first,
        last=first + facts.frames - 1,
        frames=facts.frames,
        rate=facts.rate,
        handles_before=before,
        # Frames that were made because an endpoint counts in steps lie behind the cut as handles do.
        handles_after=after + max(0, facts.frames - wanted) if wanted else 0,
        width=facts.width,
        height=facts.height,
        color=None,
        reference_white=REFERENCE_WHITE_NITS,
        sidecar=final / f"{name}.json",
        review=final / (review or path).name,
        poster=final / "poster.jpg",
        master=None,
        warnings=tuple(warnings),
        cost=cost,
    )
    Sidecar(
        job=order.job,
        finished=datetime.now(UTC),
        request=order.request,
        source=source and SourceRecord.of(source),
        mask=mask,
        engine=engine,
        result=result,
        cost=cost or 0.0,
    ).write(staging / result.sidecar.name)
    return result


def _look_through(movie: Clip, staging: Path, report: Report) -> None:
    """Decode every frame, so that damage is found now; the one in the middle becomes the poster."""
    facts = movie.facts
    to_rec709 = Rec709(facts.color, facts.bits)
    for frame in movie.frames(facts.range):
        report(Verifying())
        if frame.index == facts.frames // 2:
            write_poster(staging / "poster.jpg", to_rec709(frame.codes))
