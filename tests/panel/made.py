"""Jobs as the bridge would tell of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bridge.domain.color import OutputColor
from bridge.domain.job import Deliverable, Job, JobEvent, Queued
from bridge.domain.workflow import LiftRequest, Origin, OutputSpec, SourceSpec

EARLY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def deliverable(name: str = "shot_hdr_v001", **changes) -> Deliverable:
    folder = Path("/hdr") / name
    fields = {
        "directory": folder,
        "pattern": f"{name}.%08d.exr",
        "first": 1001,
        "last": 1132,
        "frames": 132,
        "rate": "24",
        "width": 1280,
        "height": 720,
        "color": OutputColor.LIN_REC709,
        "reference_white": 203,
        "sidecar": folder / f"{name}.json",
        "review": None,
        "poster": None,
        "master": None,
        "measures": {"max_cll": 812, "max_fall": 97},
    }
    return Deliverable.model_validate(fields | changes)


def job(id: str, state=None, *, clip: str = "/plates/shot.mov", origin: Origin | None = None, **changes) -> Job:
    request = LiftRequest(source=SourceSpec(path=Path(clip)), output=OutputSpec(folder=Path("/hdr")), origin=origin)
    fields = {"id": id, "created": EARLY, "updated": EARLY, "request": request, "state": state or Queued()}
    return Job(**(fields | changes))


def event(of: Job, state, at: datetime = EARLY, sequence: int = 1) -> JobEvent:
    return JobEvent(sequence=sequence, job=of.id, at=at, state=state)
