"""`superwhite lift`: one clip, or clips of a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from bridge.client import Bridge
from bridge.domain.color import OutputColor
from bridge.domain.errors import RequestError
from bridge.domain.frames import FrameRange, parse_rate
from bridge.domain.host import CONFLICTS
from bridge.domain.timeline import TimelineQuery
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec

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
from .hosted import HostChoice, lift_selection
from .timeline import lift_timeline

DEFAULT_FOLDER = Path("superwhite-out")

_LOOK = "Look"
_OUTPUT = "Output"
_TIMELINE = "Timeline"
_HOST = "Editing application"


def lift(
    clip: Annotated[
        Path | None,
        typer.Argument(
            help="A movie, one file of an image sequence, or its pattern (shot.%04d.png).", show_default=False
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the result.")] = DEFAULT_FOLDER,
    frames: Annotated[
        str | None,
        typer.Option("--range", help="Frames START-END, counted from 0; END is left out.", metavar="START-END"),
    ] = None,
    handles: Annotated[int, typer.Option(min=0, max=1000, help="Extra frames at both ends of the range.")] = 0,
    fps: Annotated[
        str | None, typer.Option(help="Frame rate to assume (of the clip, or of an EDL): 25, 23.976, 24000/1001.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the result; by default that of the clip.")] = None,
    backend: Annotated[str, typer.Option(help="Where the pixels come from.")] = "embedded",
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            metavar="NAME=VALUE",
            help="A setting of the backend's own; may be given again.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars; a lift that would cost more is not sent.")
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="c4 (the usual), bt2446a or bt2446c.", rich_help_panel=_LOOK)
    ] = None,
    strength: Annotated[
        float | None, typer.Option(help="Highlight gain, 0 to 1.5 (c4).", rich_help_panel=_LOOK)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="auto or hard_clip: how the source's highlights end (c4).", rich_help_panel=_LOOK),
    ] = None,
    transfer: Annotated[
        str | None,
        typer.Option(help="auto, bt1886 or srgb: the display that the source is for.", rich_help_panel=_LOOK),
    ] = None,
    color: Annotated[
        OutputColor, typer.Option(help="Scene-linear space of the result.", rich_help_panel=_OUTPUT)
    ] = OutputColor.LIN_REC709,
    white: Annotated[
        int, typer.Option(help="cd/m2 that RGB 1.0 stands for: 203 or 100.", rich_help_panel=_OUTPUT)
    ] = 203,
    compression: Annotated[
        str, typer.Option(help="auto, piz, zips, zip, dwaa, dwab or none.", rich_help_panel=_OUTPUT)
    ] = "auto",
    master: Annotated[
        str | None, typer.Option(help="hdr10: also an HEVC Main 10 movie in BT.2020 PQ.", rich_help_panel=_OUTPUT)
    ] = None,
    review: Annotated[
        bool, typer.Option("--review/--no-review", help="Make review.mp4 and poster.jpg.", rich_help_panel=_OUTPUT)
    ] = True,
    mask: MaskPath = None,
    mask_channel: MaskChannel = None,
    mask_invert: MaskInvert = False,
    mask_grow: MaskGrow = None,
    mask_feather: MaskFeather = None,
    timeline: Annotated[
        Path | None,
        typer.Option(help="Lift clips of this timeline (.otio, .fcpxml, .xml, .edl).", rich_help_panel=_TIMELINE),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Name of a clip on the timeline, or all; may be given again.", rich_help_panel=_TIMELINE),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="HOST[:PID]",
            help="Lift what is selected in resolve, nuke, hiero or blender, and place the results there.",
            rich_help_panel=_HOST,
        ),
    ] = None,
    conflict: Annotated[
        str,
        typer.Option(help="Where an earlier result lies: new_track, replace or skip.", rich_help_panel=_HOST),
    ] = "new_track",
    clip_mask: Annotated[
        str | None,
        typer.Option(
            help="Lift within the mask of this kind that a clip brings along: alpha, matte or mask.",
            rich_help_panel=_HOST,
        ),
    ] = None,
    place: Annotated[
        bool, typer.Option("--place/--no-place", help="Put results on the timeline.", rich_help_panel=_HOST)
    ] = True,
    trace_rpc: Annotated[
        Path | None,
        typer.Option(help="Write what is said to the application into this file.", rich_help_panel=_HOST),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON on standard output.")] = False,
) -> None:
    """Lift SDR to HDR: half-float EXR frames, a review movie, and with --timeline a timeline that plays them."""
    if sum(each is not None for each in (clip, timeline, host)) != 1:
        raise typer.BadParameter("give either a clip, --timeline or --host")
    if select and timeline is None:
        raise typer.BadParameter("--select goes with --timeline")
    if clip_mask and (mask or host is None):
        raise typer.BadParameter("--clip-mask goes with --host, and without --mask")
    if conflict not in CONFLICTS:
        raise typer.BadParameter(f"--conflict is one of {', '.join(CONFLICTS)}")
    settings = {"method": method, "strength": strength, "source": source, "transfer": transfer}
    parameters: dict[str, Any] = {k: v for k, v in settings.items() if v is not None} | read_settings(param)
    wanted = FrameRange.parse(frames) if frames else None
    try:
        request = LiftRequest(
            backend=backend,
            source=SourceSpec(
                path=(clip or timeline or Path()).absolute(),
                start=wanted.start if wanted else None,
                end=wanted.end if wanted else None,
                handles=handles,
                rate=parse_rate(fps) if fps else None,
            ),
            # The edges of masks that clips bring along; their paths are known once the host has rendered them.
            mask=read_mask(
                Path(clip_mask) if clip_mask else mask, mask_channel, mask_invert, mask_grow, mask_feather
            ),
            parameters=parameters,
            max_cost=max_cost,
            output=OutputSpec.model_validate(
                {
                    "folder": out.absolute(),
                    "name": name,
                    "color": color,
                    "reference_white": white,
                    "compression": compression,
                    "master": master,
                    "review": review,
                }
            ),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise RequestError(f"The setting {first['loc'][-1]} cannot be used: {first['msg']}.") from None
    if host is not None:
        if wanted:
            raise typer.BadParameter("--range belongs to a clip; the application says it for its own")
        choice = HostChoice(host, conflict, clip_mask, place, trace_rpc)
        lift_selection(Bridge.attach_or_start(), choice, request, as_json=as_json)
        return
    if timeline is not None:
        if wanted:
            raise typer.BadParameter("--range belongs to a clip; the timeline says it for its own")
        rate = request.source.rate
        query = TimelineQuery(path=timeline.absolute(), select=tuple(select or ["all"]), rate=rate)
        lift_timeline(Bridge.attach_or_start(), query, request, as_json=as_json)
        return
    bridge = Bridge.attach_or_start()
    say_price(bridge, request)
    job = bridge.submit(request)
    result = finish(bridge, job, as_json=as_json)
    if as_json:
        emit_json(described(job.id, result))
    else:
        emit(summary(result))
