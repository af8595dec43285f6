"""From finished frames to a finished folder, whatever made their light."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from bridge.colorimetry.transfer import eotf
from bridge.domain.errors import VerificationFailed
from bridge.domain.job import Deliverable, JobState, Verifying
from bridge.engines.base import Rendition
from bridge.media.measure import ClipMeasures
from bridge.media.storage import remove_parts, write_atomic
from bridge.media.view import SdrView

from .fidelity import FidelityCheck, FrameCheck
from .finish import FinishedFrame, FrameFinisher
from .movies import Review, write_hdr10_master
from .plan import Plan
from .sidecar import Sidecar, SourceRecord
from .verify import verify_sequence

_FINGERPRINT = ".lift"

Report = Callable[[JobState], None]


class FrameSource(Protocol):
    """Yields every frame of a plan in order, finished; what was checked on the way gathers in `checks`."""

    @property
    def checks(self) -> Sequence[FrameCheck]: ...

    def __iter__(self) -> Iterator[FinishedFrame]: ...


@dataclass(frozen=True)
class Findings:
    """What a way of making light has found out by the time the last frame is there."""

    figures: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    warnings: Sequence[str] = ()


MakeSource = Callable[[FrameFinisher, FidelityCheck], FrameSource]


def make_sequence(
    plan: Plan,
    rendition: Rendition,
    source: MakeSource,
    *,
    progress: Callable[[int, int], None],
    report: Report,
    notes: Sequence[str] = (),
    findings: Callable[[], Findings] = Findings,
    cost: float | None = None,
) -> Deliverable:
    """Take all frames of `source`, make what belongs beside them, verify, and write the sidecar.

    `progress` is told of frames that are done and of all; `notes` are warnings of the way so far, and
    `findings` is asked once the last frame is there. Frames of an earlier attempt stay where they would come out the
    same, and none stays once they could not be trusted. Raises `VerificationFailed`.
    """
    _keep_only_matching(plan, rendition)
    try:
        return _make(plan, rendition, source, progress, report, notes, findings, cost)
    except VerificationFailed:
        distrust(plan)
        raise


def distrust(plan: Plan) -> None:
    """What was made so far cannot be trusted: the next attempt makes every frame anew."""
    (plan.staging / _FINGERPRINT).unlink(missing_ok=True)


def _make(
    plan: Plan,
    rendition: Rendition,
    source: MakeSource,
    progress: Callable[[int, int], None],
    report: Report,
    notes: Sequence[str],
    findings: Callable[[], Findings],
    cost: float | None,
) -> Deliverable:
    output, facts = plan.request.output, plan.facts
    view = SdrView(output.color, output.reference_white, rendition.peak * output.reference_white)
    finisher = FrameFinisher(
        plan.staging, plan.name, plan.header(rendition), rendition.primaries, view if output.review else None
    )
    check = FidelityCheck(
        eotf(rendition.transfer), facts.bits, rendition.identity_below, facts.color.primaries, output.color.primaries
    )
    light = ClipMeasures(output.reference_white)
    frames = source(finisher, check)
    total = len(plan.numbers)
    with Review(plan) if output.review else nullcontext() as review:
        for done, frame in enumerate(frames, start=1):
            light.add(frame.measure)
            if review:
                review.add(frame)
            progress(done, total)
    plan.demand_same_mask()
    movies: dict[str, Path] = {}
    found = findings()
    warnings = [*facts.warnings, *notes, *found.warnings]
    if review:
        movies |= {"review": review.path, "poster": review.poster}
        warnings += review.warnings
    if output.master:
        movies["master"], noted = write_hdr10_master(plan, finisher, report)
        warnings += [note for note in noted if note not in warnings]
    report(Verifying())
    measures = _light_figures(light) | verify_sequence(plan, finisher, rendition, light, frames.checks)
    measures |= found.figures
    return _conclude(plan, rendition, measures, movies, tuple(warnings), cost)


def _keep_only_matching(plan: Plan, rendition: Rendition) -> None:
    """Clear the staging folder of frames that an earlier attempt made in another way."""
    remove_parts(plan.staging)
    mark, fingerprint = plan.staging / _FINGERPRINT, plan.fingerprint(rendition)
    if mark.exists() and mark.read_text() == fingerprint:
        return
    for frame in plan.staging.glob(f"{plan.name}.*.exr"):
        frame.unlink()
    write_atomic(mark, fingerprint.encode())


def _light_figures(light: ClipMeasures) -> dict[str, JsonValue]:
    return {
        "max_cll": light.max_cll,
        "max_fall": light.max_fall,
        "peak": round(light.peak, 4),
        "share_above_white": round(light.above_white, 6),
    }


def _conclude(
    plan: Plan,
    rendition: Rendition,
    measures: dict[str, JsonValue],
    movies: dict[str, Path],
    warnings: tuple[str, ...],
    cost: float | None,
) -> Deliverable:
    """Write the sidecar; every path in it is the one after delivery."""
    final, output = plan.order.reservation.final, plan.request.output
    width, height = plan.size
    result = Deliverable(
        directory=final,
        pattern=f"{plan.name}.%08d.exr",
        first=plan.numbers[0],
        last=plan.numbers[-1],
        frames=len(plan.numbers),
        rate=plan.facts.rate,
        handles_before=plan.before,
        handles_after=plan.after,
        width=width,
        height=height,
        color=output.color,
        reference_white=output.reference_white,
        sidecar=final / f"{plan.name}.json",
        review=final / movies["review"].name if "review" in movies else None,
        poster=final / movies["poster"].name if "poster" in movies else None,
        master=final / movies["master"].name if "master" in movies else None,
        measures=measures,
        warnings=warnings,
        cost=cost,
    )
    sidecar = Sidecar(
        job=plan.order.job,
        finished=datetime.now(UTC),
        request=plan.request,
        source=SourceRecord.of(plan.facts),
        mask=plan.mask,
        engine=rendition.provenance,
        result=result,
        cost=cost or 0.0,
    )
    sidecar.write(plan.staging / result.sidecar.name)
    (plan.staging / _FINGERPRINT).unlink()
    return result
