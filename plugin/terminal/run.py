"""`superwhite run`: a workflow of an endpoint, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from pydantic import ValidationError

from bridge.client import Bridge
from bridge.domain.errors import RequestError, WorkflowUnknown
from bridge.domain.frames import FrameRange, parse_rate
from bridge.domain.job import Job
from bridge.domain.workflow import FollowUp, LiftRequest, OutputSpec, SourceSpec, Workflow

from .asking import (
    MaskChannel,
    MaskFeather,
    MaskGrow,
    MaskInvert,
    MaskPath,
    read_mask,
    read_settings,
    say_price,
    summary,
)
from .console import emit, emit_json
from .follow import described, finish
from .lift import DEFAULT_FOLDER

_WORKFLOWS = cast("tuple[str, ...]", get_args(Workflow))
_SHORT = {"hdr": "hdr_lift", "lift": "hdr_lift"}


def run(
    workflow: Annotated[
        str, typer.Argument(help=f"{', '.join(name.replace('_', '-') for name in _WORKFLOWS)}.", show_default=False)
    ],
    source: Annotated[
        Path, typer.Argument(help="A movie, an image sequence, or for audio-to-video sound.", show_default=False)
    ],
    backend: Annotated[str, typer.Option(help="The endpoint: fal, oxen, or one of your own.")] = "fal",
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A setting of the workflow; may be given again."),
    ] = None,
    mask: MaskPath = None,
    mask_channel: MaskChannel = None,
    mask_invert: MaskInvert = False,
    mask_grow: MaskGrow = None,
    mask_feather: MaskFeather = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the result.")] = DEFAULT_FOLDER,
    frames: Annotated[
        str | None, typer.Option("--range", help="Frames START-END; END is left out.", metavar="START-END")
    ] = None,
    handles: Annotated[int, typer.Option(min=0, max=1000, help="Extra frames at both ends of the range.")] = 0,
    fps: Annotated[str | None, typer.Option(help="Frame rate to assume of the clip.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the result; by default that of the clip.")] = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars; a job that would cost more is not sent.")
    ] = None,
    then_lift: Annotated[
        str | None,
        typer.Option(
            "--then-lift", metavar="BACKEND", help="Lift the movie to HDR afterwards, for instance embedded."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON on standard output.")] = False,
) -> None:
    """Inpaint, video to video or audio to video at an endpoint, or an HDR lift by any backend."""
    wanted = FrameRange.parse(frames) if frames else None
    try:
        request = LiftRequest(
            workflow=_named(workflow),
            backend=backend,
            source=SourceSpec(
                path=source.absolute(),
                start=wanted.start if wanted else None,
                end=wanted.end if wanted else None,
                handles=handles,
                rate=parse_rate(fps) if fps else None,
            ),
            mask=read_mask(mask, mask_channel, mask_invert, mask_grow, mask_feather),
            parameters=read_settings(param),
            output=OutputSpec(folder=out.absolute(), name=name),
            max_cost=max_cost,
            then=FollowUp(backend=then_lift) if then_lift else None,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise RequestError(f"The request cannot be used: {first['msg'].removeprefix('Value error, ')}.") from None
    bridge = Bridge.attach_or_start()
    say_price(bridge, request)
    job = bridge.submit(request)
    result = finish(bridge, job, as_json=as_json)
    following = _following(bridge, job) if request.then else None
    lifted = finish(bridge, following, as_json=as_json) if following else None
    if as_json:
        then = {"then": described(following.id, lifted)} if following and lifted else {}
        emit_json(described(job.id, result) | then)
        return
    emit(summary(result))
    if lifted:
        emit(summary(lifted))


def _named(workflow: str) -> Workflow:
    name = workflow.replace("-", "_")
    name = _SHORT.get(name, name)
    if name not in _WORKFLOWS:
        raise WorkflowUnknown(
            f"There is no workflow “{workflow}”.",
            remedy=f"There is: {', '.join(each.replace('_', '-') for each in _WORKFLOWS)}.",
        )
    return cast("Workflow", name)


def _following(bridge: Bridge, job: Job) -> Job | None:
    """The lift of what `job` has made."""
    return next((each for each in bridge.jobs(1000) if each.request.follows == job.id), None)
