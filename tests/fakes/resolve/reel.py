"""An adapter on a stage, and finished results for it to place."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bridge.domain.host import HostClip, PlaceOrder, Result
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import direct
from plugin.resolve.host import ResolveHost
from tests.clips import write_exr

from .stage import Stage


def host_of(stage: Stage, journal: Journal) -> ResolveHost:
    return ResolveHost(journal, direct, lambda: stage.resolve, pause=0)


def result_for(
    clip: HostClip, folder: Path, *, job: str = "job-1", handles: int = 2, first: int = 1001, **more
) -> Result:
    """What a lift of `clip` delivers: half-float frames of 8 by 4, with handles, numbered from `first`."""
    name = more.pop("name", f"{job}_hdr_v001")
    frames = more.pop("frames", clip.source_end - clip.source_start) + 2 * handles
    made = folder / name
    made.mkdir(parents=True, exist_ok=True)
    plane = np.zeros((4, 8), np.float16)
    one = folder / "frame.exr"
    if not one.exists():
        write_exr(one, dict.fromkeys("RGB", plane))
    for number in range(first, first + frames):
        (made / f"{name}.{number:08d}.exr").write_bytes(one.read_bytes())
    values = {
        "job": job,
        "clip": clip.id,
        "directory": str(made),
        "pattern": f"{name}.%08d.exr",
        "first": first,
        "last": first + frames - 1,
        "rate": clip.source_rate,
        "handles_before": handles,
        "handles_after": handles,
        "width": 8,
        "height": 4,
        "color": "lin_rec709",
        "reference_white": 203,
    }
    return Result(**{**values, **more})


def order_for(host: ResolveHost, *results: Result, conflict: str = "new_track") -> PlaceOrder:
    return PlaceOrder(host.facts().project, results, conflict)


def pick(stage: Stage, *items: str) -> None:
    """Select on every version: by the selection, and by colour where there is none."""
    for item in items:
        stage.change(item, color="Lime")
    stage.select(*items)
