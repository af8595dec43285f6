"""In the worker: one HDR lift from clip to finished folder."""

from __future__ import annotations

from collections.abc import Callable

from bridge.assembly.fidelity import FidelityCheck
from bridge.assembly.finish import FrameFinisher
from bridge.assembly.making import Findings, make_sequence
from bridge.assembly.plan import Plan, masked, plan_work
from bridge.assembly.segments import plan_segments
from bridge.assembly.space import demand_space, smallest_sequence
from bridge.backends.base import WORK_FOLDER
from bridge.domain.job import Deliverable, JobState, Preparing
from bridge.engines.ltx.memory import MemoryPlan, Shape
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.parameters import Toe, read_parameters
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import open_weights
from bridge.engines.protocol import LocalOrder
from bridge.media.clip import open_clip

from .desk import Desk
from .frames import LiftedFrames
from .layouts import settled
from .measures import figures_of, warnings_of
from .parts import Parts
from .rendition import RANDOM, rendition_of
from .tails import Tails

Report = Callable[[JobState], None]


def carry_out(order: LocalOrder, desk: Desk, report: Report) -> Deliverable:
    """Do what `order` asks, into its staging folder, and tell `report` of every change.

    An exception out of `report` ends the work within one step of the model. Raises the errors of the domain.
    """
    report(Preparing())
    parameters = read_parameters(order.request.parameters)
    source = order.request.source
    with (
        open_clip(source.path, rate=source.rate) as clip,
        open_clip(source.path, rate=source.rate) as again,
        masked(plan_work(order, clip.facts)) as (plan, mask),
    ):
        missing = len(plan.numbers) - sum(1 for _ in plan.staging.glob(f"{plan.name}.*.exr"))
        demand_space(plan.staging, smallest_sequence(*plan.size, missing, plan.codec), "The sequence")
        weights = open_weights(order.weights)
        work, shape = plan.staging / WORK_FOLDER, shape_of(plan, twice=parameters.high_quality)
        memory = settled(work, desk.name, lambda: desk.plan(weights, shape, parameters.memory))
        # Every frame is made twice for high quality, but for the last.
        most = (memory.most_frames + 1) // 2 if parameters.high_quality else memory.most_frames
        segments = plan_segments(len(plan.lifted), most, LTX_2_3.frames_modulus)
        rendition = rendition_of(
            plan, parameters, weights, memory, segments, seed=order.seed, card=desk.name, libraries=desk.libraries
        )

        def load(memory: MemoryPlan) -> Model:
            model = desk.model(weights, memory)
            model.use_loras(parameters.user_loras())
            return model

        tails = Tails(work, plan.fingerprint(rendition), plan.size)
        parts = Parts(plan, clip, segments, memory, parameters, order.seed, tails, load, report)
        begun: list[LiftedFrames] = []

        def frames(finisher: FrameFinisher, check: FidelityCheck) -> LiftedFrames:
            keep_toe = parameters.toe is Toe.KEEP
            begun.append(LiftedFrames(plan, rendition, finisher, check, parts, again, mask, keep_toe=keep_toe))
            return begun[0]

        def findings() -> Findings:
            measured = plan, segments, parts.seams, begun[0].flicker
            random = [RANDOM] if weights.tiny else []
            return Findings(figures_of(*measured), [*random, *parts.notes, *warnings_of(*measured)])

        return make_sequence(plan, rendition, frames, progress=_nothing, report=report, findings=findings)


def shape_of(plan: Plan, *, twice: bool = False) -> Shape:
    """What the model makes for a clip: its sides and its length, padded; with every frame but the last `twice`."""
    facts, size, modulus = plan.facts, LTX_2_3.size_modulus, LTX_2_3.frames_modulus
    frames = 2 * len(plan.lifted) - 1 if twice else len(plan.lifted)
    return Shape(
        width=facts.width + -facts.width % size,
        height=facts.height + -facts.height % size,
        frames=frames + (1 - frames) % modulus,
    )


def _nothing(_done: int, _total: int) -> None:
    """The parts tell how far they are."""
