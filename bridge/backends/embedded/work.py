"""One lift from clip to finished folder, as an engine worker does it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from bridge.assembly.fidelity import FidelityCheck
from bridge.assembly.finish import FrameFinisher
from bridge.assembly.sidecar import Sidecar, SourceRecord
from bridge.colorimetry.transfer import eotf
from bridge.domain.errors import VerificationFailed
from bridge.domain.job import Deliverable, JobState, Preparing, Running, Verifying
from bridge.engines.base import Lift
from bridge.engines.protocol import WorkOrder
from bridge.engines.registry import engine
from bridge.media.clip import Clip, open_clip
from bridge.media.measure import ClipMeasures
from bridge.media.storage import remove_parts, write_atomic
from bridge.media.view import SdrView

from .frames import FrameMaker
from .movies import Review, write_hdr10_master
from .plan import Plan, plan_work
from .space import demand_space, smallest_sequence
from .verify import verify_sequence

SAMPLES = 16
"""Frames that the engine sees to fit its curve."""

_FINGERPRINT = ".lift"

Report = Callable[[JobState], None]


def carry_out(order: WorkOrder, report: Report) -> Deliverable:
    """Do what `order` asks, into its staging folder, and tell `report` of every change.

    An exception out of `report` ends the work between two frames. Raises the errors of the domain.
    """
    report(Preparing())
    source = order.request.source
    with open_clip(source.path, rate=source.rate) as clip:
        plan = plan_work(order, clip.facts)
        missing = len(plan.numbers) - sum(1 for _ in plan.staging.glob(f"{plan.name}.*.exr"))
        needed = smallest_sequence(clip.facts.width, clip.facts.height, missing, plan.codec)
        demand_space(plan.staging, needed, "The sequence")
        samples = (frame.codes for frame in clip.sample(plan.lifted, SAMPLES))
        lift = engine(order.engine).fit(plan.plate, samples, order.request.parameters, plan.target)
        _keep_only_matching(plan, lift)
        try:
            return _make(plan, clip, lift, report)
        except VerificationFailed:
            # What cannot be trusted is not kept: the next attempt makes every frame anew.
            (plan.staging / _FINGERPRINT).unlink(missing_ok=True)
            raise


def _make(plan: Plan, clip: Clip, lift: Lift, report: Report) -> Deliverable:
    output, facts = plan.request.output, plan.facts
    view = SdrView(output.color, output.reference_white, lift.peak * output.reference_white)
    finisher = FrameFinisher(
        plan.staging, plan.name, plan.header(lift), lift.primaries, view if output.review else None
    )
    check = FidelityCheck(
        eotf(lift.transfer), facts.bits, lift.identity_below, facts.color.primaries, output.color.primaries
    )
    light = ClipMeasures(output.reference_white)
    maker = FrameMaker(plan, clip, lift, finisher, check)
    total = len(plan.numbers)
    with Review(plan) if output.review else nullcontext() as review:
        for done, frame in enumerate(maker, start=1):
            light.add(frame.measure)
            if review:
                review.add(frame)
            report(Running(done=done, total=total))
    movies: dict[str, Path] = {}
    warnings = list(facts.warnings)
    if review:
        movies |= {"review": review.path, "poster": review.poster}
        warnings += review.warnings
    if output.master:
        movies["master"], noted = write_hdr10_master(plan, finisher, report)
        warnings += [note for note in noted if note not in warnings]
    report(Verifying())
    measures = _light_figures(light) | verify_sequence(plan, finisher, lift, light, maker.checks)
    return _conclude(plan, lift, measures, movies, tuple(warnings))


def _keep_only_matching(plan: Plan, lift: Lift) -> None:
    """Clear the staging folder of frames that an earlier attempt made in another way."""
    remove_parts(plan.staging)
    mark, fingerprint = plan.staging / _FINGERPRINT, plan.fingerprint(lift)
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
    plan: Plan, lift: Lift, measures: dict[str, JsonValue], movies: dict[str, Path], warnings: tuple[str, ...]
) -> Deliverable:
    """Write the sidecar; every path in it is the one after delivery."""
    final, output = plan.order.reservation.final, plan.request.output
    result = Deliverable(
        directory=final,
        pattern=f"{plan.name}.%08d.exr",
        first=plan.numbers[0],
        last=plan.numbers[-1],
        frames=len(plan.numbers),
        rate=plan.facts.rate,
        handles_before=plan.before,
        handles_after=plan.after,
        width=plan.facts.width,
        height=plan.facts.height,
        color=output.color,
        reference_white=output.reference_white,
        sidecar=final / f"{plan.name}.json",
        review=final / movies["review"].name if "review" in movies else None,
        poster=final / movies["poster"].name if "poster" in movies else None,
        master=final / movies["master"].name if "master" in movies else None,
        measures=measures,
        warnings=warnings,
    )
    sidecar = Sidecar(
        job=plan.order.job,
        finished=datetime.now(UTC),
        request=plan.request,
        source=SourceRecord.of(plan.facts),
        engine=lift.provenance,
        result=result,
    )
    sidecar.write(plan.staging / result.sidecar.name)
    (plan.staging / _FINGERPRINT).unlink()
    return result
