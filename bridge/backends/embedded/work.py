"""One lift from clip to finished folder, as an engine worker does it."""

from __future__ import annotations

from collections.abc import Callable

from bridge.assembly.making import make_sequence
from bridge.assembly.plan import masked, plan_work
from bridge.assembly.space import demand_space, smallest_sequence
from bridge.domain.job import Deliverable, JobState, Preparing, Running
from bridge.engines.protocol import WorkOrder
from bridge.engines.registry import engine
from bridge.media.clip import open_clip

from .frames import FrameMaker

SAMPLES = 16
"""Frames that the engine sees to fit its curve."""

Report = Callable[[JobState], None]


def carry_out(order: WorkOrder, report: Report) -> Deliverable:
    """Do what `order` asks, into its staging folder, and tell `report` of every change.

    An exception out of `report` ends the work between two frames. Raises the errors of the domain.
    """
    report(Preparing())
    source = order.request.source
    with (
        open_clip(source.path, rate=source.rate) as clip,
        masked(plan_work(order, clip.facts)) as (plan, mask),
    ):
        missing = len(plan.numbers) - sum(1 for _ in plan.staging.glob(f"{plan.name}.*.exr"))
        needed = smallest_sequence(clip.facts.width, clip.facts.height, missing, plan.codec)
        demand_space(plan.staging, needed, "The sequence")
        samples = (frame.codes for frame in clip.sample(plan.lifted, SAMPLES))
        lift = engine(order.engine).fit(plan.plate, samples, order.request.parameters, plan.target)
        return make_sequence(
            plan,
            lift,
            lambda finisher, check: FrameMaker(plan, clip, mask, lift, finisher, check),
            progress=lambda done, total: report(Running(done=done, total=total)),
            report=report,
        )
