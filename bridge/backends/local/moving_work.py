"""In the worker: one clip made anew, from clip to finished movie."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import JsonValue

from bridge.assembly.conveyor import cores, in_order
from bridge.assembly.delivery import deliver_movie
from bridge.assembly.movies import sound_of
from bridge.assembly.plan import Plan, masked, plan_work
from bridge.assembly.space import demand_space
from bridge.domain.errors import GpuTooSmall, RequestError, VerificationFailed, WeightsMismatched
from bridge.domain.job import Deliverable, JobState, Preparing
from bridge.engines.ltx.in_context.edges import edges
from bridge.engines.ltx.in_context.making import Filled, Guided, Key, make_frames
from bridge.engines.ltx.in_context.parameters import (
    Control,
    InpaintParameters,
    ReferenceParameters,
    read_settings,
)
from bridge.engines.ltx.in_context.pipe import compute_type
from bridge.engines.ltx.in_context.recipe import IN_CONTEXT_2_3
from bridge.engines.ltx.in_context.text import Context, read_prompt
from bridge.engines.ltx.memory import MemoryPlan, Shape
from bridge.engines.ltx.progress import Step
from bridge.engines.ltx.weights import Weights, open_weights, read_manifest
from bridge.engines.ltx.weights_headers import read_json
from bridge.engines.ltx.weights_pairing import TransformerSizes
from bridge.engines.protocol import LocalOrder
from bridge.media.clip import Clip, open_clip
from bridge.media.mask import Mask
from bridge.media.review import ReviewWriter

from .moving import Moving, demand_lora, of
from .moving_frames import (
    Codes,
    Made,
    Meeting,
    Plate,
    WorkingSize,
    deep_codes,
    read_control,
    read_levels,
    read_picture,
    read_plates,
)
from .moving_movie import MovieShape, movie_of_result
from .share import Share

if TYPE_CHECKING:
    from .desk import Desk

Report = Callable[[JobState], None]

_BYTES_PER_PIXEL = {True: 3.5, False: 3.0}
"""Of a deep movie and of another, at most about."""


def carry_out(order: LocalOrder, desk: Desk, report: Report) -> Deliverable:
    """In the worker: do what `order` asks, into its staging folder, and tell `report` of every change.

    An exception out of `report` ends the work within one step of the model. Raises the errors of the domain.
    """
    report(Preparing())
    moving = of(order.request.workflow)
    settings = read_settings(moving.parameters, order.request.parameters)
    source = order.request.source
    with (
        open_clip(source.path, rate=source.rate) as clip,
        masked(plan_work(order, clip.facts)) as (plan, mask),
    ):
        return _Job(moving, settings, order, desk, report, clip, plan, mask).through()


class _Job:
    def __init__(
        self,
        moving: Moving,
        settings: InpaintParameters | ReferenceParameters,
        order: LocalOrder,
        desk: Desk,
        report: Report,
        clip: Clip,
        plan: Plan,
        mask: Mask | None,
    ) -> None:
        self._moving = moving
        self._settings = settings
        self._order = order
        self._desk = desk
        self._report = report
        self._clip = clip
        self._plan = plan
        self._mask = mask
        self._share = Share(len(plan.lifted), 1, 0)
        self._notes: list[str] = []
        self._size = WorkingSize.within(plan.size, settings.longest_side)

    def through(self) -> Deliverable:
        order, plan = self._order, self._plan
        frames = len(plan.lifted)
        if frames > IN_CONTEXT_2_3.most_frames:
            raise RequestError(
                f"{frames} frames are asked for, but {IN_CONTEXT_2_3.most_frames} are the most that are made at once.",
                remedy="Choose a shorter range.",
            )
        weights = open_weights(order.weights)
        downscale = demand_lora(self._moving, weights, order.models)
        meeting = Meeting(plan, self._settings.seam) if isinstance(self._settings, InpaintParameters) else None
        shape = self._shape(meeting)
        pixels = shape.width * shape.height * frames
        demand_space(plan.staging, int(pixels * _BYTES_PER_PIXEL[shape.deep]), "The movie")
        memory = self._memory(weights, downscale)
        work = self._work(downscale)
        context = self._context(memory, weights)
        self._report(self._share.say("Loading the model"))
        made = make_frames(
            self._desk.model(weights, memory),
            work,
            context,
            order.models / self._moving.lora_set / self._moving.file,
            rate=float(plan.facts.rate),
            seed=order.seed,
            plan=memory,
            tell=self._tell,
        )
        pictures = self._met(meeting, made) if meeting else deep_codes(made)
        movie, review = self._write(shape, pictures)
        return deliver_movie(
            order,
            movie,
            self._report,
            engine=self._provenance(weights, memory),
            unusable=VerificationFailed,
            review=review,
            mask=plan.mask,
            notes=self._notes,
        )

    def _tell(self, step: Step) -> None:
        if step.note:
            self._notes.append(step.note)
        self._report(self._share.say(step.note) if step.note else self._share.at(step.stage, step.done, step.total))

    def _check(self) -> None:
        self._report(Preparing())

    def _shape(self, meeting: Meeting | None) -> MovieShape:
        """A hole's movie is as large as the clip, another as large as the model makes it."""
        facts = self._plan.facts
        width, height = self._plan.size if meeting else (self._size.width, self._size.height)
        return MovieShape(width, height, facts.rate, facts.pixel_aspect, meeting.deep if meeting else True)

    def _memory(self, weights: Weights, downscale: int) -> MemoryPlan:
        side = 64 * downscale
        frames = len(self._plan.lifted)
        shape = Shape(
            self._size.width + -self._size.width % side,
            self._size.height + -self._size.height % side,
            frames + (1 - frames) % 8,
        )
        memory = self._desk.plan(weights, shape, self._settings.memory)
        if memory.most_frames < frames:
            raise GpuTooSmall(
                f"The card makes {memory.most_frames} frames of {shape.width}x{shape.height} pixels at once, and "
                f"{frames} are asked for; a clip that is made anew cannot be made in parts.",
                remedy="Choose a shorter range, or a smaller longest side.",
            )
        return memory

    def _work(self, downscale: int) -> Filled | Guided:
        plan, settings = self._plan, self._settings
        if isinstance(settings, InpaintParameters):
            assert self._mask is not None
            clip = read_plates(self._clip, plan.lifted, self._size, self._check)
            levels = read_levels(self._mask, plan.lifted, self._size, self._check)
            # At half the size, and as much smaller as the clip is made for the model.
            grown = round(settings.grow * self._size.width / plan.size[0] / 2)
            return Filled(clip, levels, grown)
        control = (
            read_control(Path(settings.control_video_url).expanduser(), plan, self._size, self._check)
            if settings.control_video_url
            else read_plates(self._clip, plan.lifted, self._size, self._check)
        )
        if settings.control is Control.EDGES:
            control = self._edges(control)
        keys = [
            Key(read_picture(Path(path).expanduser()), place, settings.image_strength)
            for place, path in settings.images
            if path
        ]
        return Guided(control, downscale, settings.video_strength, keys)

    def _edges(self, plates: Plate) -> Plate:
        lines = np.empty_like(plates)
        for place, picture in enumerate(in_order(plates, edges, cores())):
            self._check()
            lines[place] = picture
        return lines

    def _context(self, memory: MemoryPlan, weights: Weights) -> Context:
        self._report(self._share.say("Reading the prompt"))
        context = read_prompt(
            self._order.models / IN_CONTEXT_2_3.text_set,
            self._settings.prompt,
            torch.device(self._desk.card().kind),
            compute_type(memory),
        )
        sizes = TransformerSizes.of(read_json(weights.base / "transformer" / "config.json"))
        if sizes is None or (context.video.shape[2], context.audio.shape[2]) != (sizes.context, sizes.audio_context):
            raise WeightsMismatched(f"“{IN_CONTEXT_2_3.text_set}” is made for another transformer.")
        return context

    def _met(self, meeting: Meeting, made: Iterator[Made]) -> Iterator[Codes]:
        assert self._mask is not None
        some = self._plan.lifted
        for frame, level, picture in zip(self._clip.frames(some), self._mask.frames(some), made, strict=True):
            yield meeting(frame, level, picture)
        self._plan.demand_same_mask()

    def _write(self, shape: MovieShape, pictures: Iterator[Codes]) -> tuple[Path, Path | None]:
        """The movie, and what a person looks at beside it."""
        plan = self._plan
        movie = plan.staging / f"{plan.name}.mov"
        review = plan.staging / "review.mp4" if plan.request.output.review else None
        audio = sound_of(plan) if self._settings.keep_sound else None
        with ExitStack() as stack:
            result = stack.enter_context(movie_of_result(movie, shape, audio))
            writer = review and stack.enter_context(
                ReviewWriter(
                    review,
                    width=shape.width,
                    height=shape.height,
                    rate=shape.rate,
                    pixel_aspect=shape.pixel_aspect,
                    audio=audio,
                    threads=1,
                )
            )
            for picture in pictures:
                result.write(picture)
                if writer:
                    writer.write(_eight_bits(picture))
        self._notes += [warning for warning in result.warnings if warning not in self._notes]
        return movie, review

    def _provenance(self, weights: Weights, memory: MemoryPlan) -> dict[str, JsonValue]:
        layout = asdict(memory)
        del layout["sentence"]  # it tells of the memory that happened to be free
        files = {each.path: each.sha256 for each in weights.files}
        for name in self._moving.sets:
            manifest = read_manifest(self._order.models / name)
            files |= {f"{name}/{each.path}": each.sha256 for each in manifest.files}
        provenance = {
            "name": "ltx",
            "statement": self._moving.description,
            "recipe": f"{self._moving.workflow}, LTX-{IN_CONTEXT_2_3.generation}",
            "seed": self._order.seed,
            "parameters": self._settings.model_dump(mode="json", exclude={"seed", "memory"}),
            "made_at": [self._size.width, self._size.height],
            "weights": files,
            "memory": layout,
            "libraries": self._desk.libraries,
            "card": self._desk.name,
        }
        # JSON has lists, and no tuples.
        return json.loads(json.dumps(provenance))


def _eight_bits(picture: Codes) -> NDArray[np.uint8]:
    return np.rint(picture / (1 if picture.dtype == np.uint8 else 257)).astype(np.uint8)
