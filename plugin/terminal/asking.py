"""What commands that ask for work have in common: settings by name, what it costs, what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue, ValidationError

from bridge.client import Bridge, calls
from bridge.domain.errors import RequestError
from bridge.domain.estimate import Workload
from bridge.domain.job import Deliverable
from bridge.domain.view import ClipQuery
from bridge.domain.workflow import LiftRequest, MaskSpec

from .console import say

_MASK = "Mask"

MaskPath = Annotated[
    Path | None,
    typer.Option(
        "--mask",
        help="A movie, an image sequence, an EXR's alpha or a still: white is what is lifted, or made anew.",
        rich_help_panel=_MASK,
        show_default=False,
    ),
]
MaskChannel = Annotated[
    str | None,
    typer.Option(
        "--mask-channel",
        metavar="CHANNEL",
        help="luma, alpha or auto (the usual): the alpha where there is one that is not opaque, else the luma.",
        rich_help_panel=_MASK,
    ),
]
MaskInvert = Annotated[
    bool, typer.Option("--mask-invert", help="Black is where something happens.", rich_help_panel=_MASK)
]
MaskGrow = Annotated[
    int | None,
    typer.Option(
        "--mask-grow",
        metavar="PX",
        help="Pixels by which white grows, at most 200; below 0 it shrinks.",
        rich_help_panel=_MASK,
    ),
]
MaskFeather = Annotated[
    float | None,
    typer.Option(
        "--mask-feather",
        metavar="PX",
        help="Soft edges: sigma of a Gaussian in pixels, at most 200; it reaches three times as far.",
        rich_help_panel=_MASK,
    ),
]


def read_mask(
    path: Path | None, channel: str | None, invert: bool, grow: int | None, feather: float | None
) -> MaskSpec | None:
    """The mask that the options ask for; none without a path. Raises `RequestError` for what is out of range."""
    given = {"channel": channel, "invert": invert or None, "grow": grow, "feather": feather}
    settings = {name: value for name, value in given.items() if value is not None}
    if path is None:
        if settings:
            raise typer.BadParameter(f"--mask-{next(iter(settings))} goes with --mask")
        return None
    try:
        return MaskSpec.model_validate({"path": path.absolute(), **settings})
    except ValidationError as error:
        first = error.errors()[0]
        raise RequestError(f"--mask-{first['loc'][-1]} cannot be used: {first['msg']}.") from None


def read_settings(given: list[str] | None) -> dict[str, JsonValue]:
    """Settings written as `name=value`; a value that is JSON is taken as such. Raises `RequestError`."""
    settings: dict[str, JsonValue] = {}
    for each in given or []:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise RequestError(f"“{each}” is no setting: write name=value.", remedy="For instance --param seed=7.")
        try:
            settings[name.strip()] = json.loads(value)
        except ValueError:
            settings[name.strip()] = value
    return settings


def say_price(bridge: Bridge, request: LiftRequest) -> None:
    """Say what the endpoint charges at most, before anything is sent; the bridge itself holds to the limits."""
    offered = [
        each
        for each in bridge.do(calls.capabilities())
        if (each.backend, each.workflow) == (request.backend, request.workflow)
    ]
    if not offered or offered[0].runs == "here":
        return
    if offered[0].price is None:
        say(
            f"{request.backend} charges nothing."
            if offered[0].price_known
            else f"What {request.backend} charges is not known."
        )
        return
    source = request.source
    query = ClipQuery(path=source.path, rate=source.rate, handles=source.handles, cut=source.cut)
    report = bridge.do(calls.clip_report(query))
    if report.error or not report.frames:  # the bridge says why when the job is prepared
        return
    start, end = report.start, report.end
    if source.cut is None:
        start, end = source.start or 0, min(source.end or report.frames, report.frames)
    load = Workload(
        backend=request.backend,
        workflow=request.workflow,
        frames=max(1, end - start),
        width=report.width,
        height=report.height,
    )
    estimate = bridge.do(calls.estimate([load]))
    if estimate.cost is not None:
        name = source.cut.name if source.cut else source.path.name
        say(f"At {request.backend} “{name}” costs up to ${estimate.cost:.2f}.")


def summary(result: Deliverable) -> str:
    """What came of a job, for people."""
    if result.kind == "movie":
        lines = [f"Movie    {result.file(0)}  ({result.frames} frames)"]
    else:
        measures = result.measures
        lines = [
            f"Frames   {result.directory / result.pattern}  ({result.first}-{result.last})",
            f"Colour   {result.color}, 1.0 = {result.reference_white} cd/m2,"
            f" MaxCLL {measures.get('max_cll')} MaxFALL {measures.get('max_fall')} cd/m2",
        ]
        movies: list[tuple[str, Path | None]] = [("Review", result.review), ("Master", result.master)]
        lines += [f"{label:<8} {path}" for label, path in movies if path]
    if result.cost is not None:
        lines.append(f"Cost     up to ${result.cost:.4f}")
    lines.append(f"Sidecar  {result.sidecar}")
    return "\n".join(lines)
