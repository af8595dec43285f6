"""Every call that a client can make, as data: what is sent, and how the answer is read.

A call does nothing by itself. `Bridge.do` makes it and waits, `AsyncBridge.do` makes it in an event loop; both raise
the error that the bridge answers with. So the calls are written down once for commands and panels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

from bridge.domain.capability import Capability
from bridge.domain.errors import JobUnknown, RequestError
from bridge.domain.estimate import Estimate, Workload, WorkloadQuery
from bridge.domain.job import Job, PlacementRecord
from bridge.domain.settings import BackendState, BridgeSettings, Endpoint, KeyState, NewKey, TestReport
from bridge.domain.timeline import TimelineChoice, TimelineOrder, TimelineQuery, WrittenTimeline
from bridge.domain.view import (
    ClipQuery,
    ClipReport,
    PictureQuery,
    Pixel,
    PixelQuery,
    Scopes,
    ScopesQuery,
    Subject,
    SubjectFacts,
    SubjectQuery,
)
from bridge.domain.workflow import LiftRequest

from .runfile import Health

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)

_Jobs = TypeAdapter(tuple[Job, ...])
_Capabilities = TypeAdapter(tuple[Capability, ...])
_BackendStates = TypeAdapter(tuple[BackendState, ...])
_Keys = TypeAdapter(tuple[KeyState, ...])


@dataclass(frozen=True)
class Call(Generic[T]):
    """`seconds` is how long an answer may take."""

    method: str
    path: str
    read: Callable[[bytes], T]
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    content: str | None = None
    seconds: float = 60

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.content is None else {"Content-Type": "application/json"}


def _get(path: str, read: Callable[[bytes], T], **params: Any) -> Call[T]:
    return Call("GET", path, read, params)


def _post(path: str, read: Callable[[bytes], T], body: BaseModel | None = None, **params: Any) -> Call[T]:
    return Call("POST", path, read, params, body and body.model_dump_json())


def _nothing(_: bytes) -> None:
    return None


def health() -> Call[Health]:
    return _get("/v1/health", Health.model_validate_json)


def shutdown(*, if_idle: bool = False) -> Call[None]:
    """Ask the bridge to leave. With `if_idle`, raises `JobStateConflict` while jobs wait or run."""
    return _post("/v1/shutdown", _nothing, if_idle=if_idle)


def capabilities() -> Call[tuple[Capability, ...]]:
    return _get("/v1/capabilities", _Capabilities.validate_json)


# Jobs


def submit(request: LiftRequest) -> Call[Job]:
    """Queue a job. Relative paths are taken from this process's working directory. Raises `RequestError`s."""
    source = request.source.model_copy(update={"path": _sendable(request.source.path)})
    output = request.output.model_copy(update={"folder": _sendable(request.output.folder)})
    absolute = request.model_copy(update={"source": source, "output": output})
    return _post("/v1/jobs", Job.model_validate_json, absolute)


def jobs(limit: int = 100, skip: int = 0) -> Call[tuple[Job, ...]]:
    """The newest first but for `skip` of them; `limit` up to 1000."""
    return _get("/v1/jobs", _Jobs.validate_json, limit=limit, skip=skip)


def last_event() -> Call[int]:
    """The sequence of the latest event: whoever lists the jobs after asking, and follows from there, misses nothing."""
    return _get("/v1/events/last", int)


def job(id_or_prefix: str) -> Call[Job]:
    """Raises `JobUnknown`, also when more than one id begins so. So do all that name a job."""
    return _get(_job(id_or_prefix), Job.model_validate_json)


def cancel(id_or_prefix: str) -> Call[Job]:
    """Answers when the work has ended. Raises `JobStateConflict` for a job that is over."""
    return _post(_job(id_or_prefix, "/cancel"), Job.model_validate_json)


def cancel_all(*, waiting_only: bool = False) -> Call[tuple[Job, ...]]:
    """Cancel every job that is not over, or those only that have not begun; answers with them when their work has
    ended.
    """
    return _post("/v1/queue/cancel", _Jobs.validate_json, waiting_only=waiting_only)


def retry(id_or_prefix: str) -> Call[Job]:
    """Queue a failed or cancelled job again. Raises `JobStateConflict` for any other."""
    return _post(_job(id_or_prefix, "/retry"), Job.model_validate_json)


def forget(id_or_prefix: str) -> Call[None]:
    """Take a job that is over off the list; what it delivered stays. Raises `JobStateConflict` for any other."""
    return Call("DELETE", _job(id_or_prefix), _nothing)


def star(id_or_prefix: str, starred: bool) -> Call[Job]:
    return _post(_job(id_or_prefix, "/star"), Job.model_validate_json, starred=starred)


def imported(id_or_prefix: str, placement: PlacementRecord) -> Call[Job]:
    """A host has put the result into place. Raises `JobStateConflict` where there is no result."""
    return _post(_job(id_or_prefix, "/imported"), Job.model_validate_json, placement)


def reverted(id_or_prefix: str) -> Call[Job]:
    """A host has taken the result out again. Raises `JobStateConflict` where it was not in."""
    return _post(_job(id_or_prefix, "/reverted"), Job.model_validate_json)


def estimate(loads: Sequence[Workload]) -> Call[Estimate]:
    """Of all `loads` together, one after another."""
    return _post("/v1/estimates", Estimate.model_validate_json, WorkloadQuery(loads=tuple(loads)))


# Timelines


def read_timeline(query: TimelineQuery) -> Call[TimelineChoice]:
    """The clips of a timeline and the chosen ones. Raises `TimelineError`s."""
    return _post("/v1/timelines/read", TimelineChoice.model_validate_json, query)


def write_timeline(order: TimelineOrder) -> Call[WrittenTimeline]:
    """A new timeline with finished clips in place. Raises `TimelineError`s and `OutputError`s."""
    return _post("/v1/timelines/write", WrittenTimeline.model_validate_json, order)


# Looking


def clip_report(query: ClipQuery) -> Call[ClipReport]:
    """What a clip is, before it is lifted. What is wrong with it is part of the answer, not an error."""
    return _post("/v1/view/clip", ClipReport.model_validate_json, query)


def subject_facts(subject: Subject) -> Call[SubjectFacts]:
    """Raises `MediaError`s, `OutputVanished` when a result is gone, and `JobUnknown`. So do the next three."""
    return _post("/v1/view/subject", SubjectFacts.model_validate_json, SubjectQuery(subject=subject))


def picture(query: PictureQuery) -> Call[bytes]:
    """A binary PPM, 8-bit full-range RGB for a Rec.709 display with BT.1886."""
    return _post("/v1/view/picture", bytes, query)


def pixel(query: PixelQuery) -> Call[Pixel]:
    return _post("/v1/view/pixel", Pixel.model_validate_json, query)


def scopes(query: ScopesQuery) -> Call[Scopes]:
    return _post("/v1/view/scopes", Scopes.model_validate_json, query)


# Settings, keys, and the way to services


def settings() -> Call[BridgeSettings]:
    return _get("/v1/settings", BridgeSettings.model_validate_json)


def change_settings(new: BridgeSettings) -> Call[BridgeSettings]:
    """Raises `RequestError`s for addresses that cannot be used."""
    return Call("PUT", "/v1/settings", BridgeSettings.model_validate_json, {}, new.model_dump_json())


def keys() -> Call[tuple[KeyState, ...]]:
    return _get("/v1/keys", _Keys.validate_json)


def keep_key(endpoint: str, key: str) -> Call[KeyState]:
    """Into the system's keyring. Raises `KeyringUnavailable`."""
    return Call("PUT", f"/v1/keys/{endpoint}", KeyState.model_validate_json, {}, NewKey(key=key).model_dump_json())


def drop_key(endpoint: str) -> Call[KeyState]:
    return Call("DELETE", f"/v1/keys/{endpoint}", KeyState.model_validate_json)


def backends() -> Call[tuple[BackendState, ...]]:
    return _get("/v1/backends", _BackendStates.validate_json)


def test_backend(name: str) -> Call[TestReport]:
    """Go the whole way to a backend and say where it ends. What fails is part of the answer."""
    return _post(f"/v1/backends/{name}/test", TestReport.model_validate_json)


def test_endpoint(endpoint: Endpoint) -> Call[TestReport]:
    """As `test_backend`, for an endpoint that need not be among the settings yet."""
    return _post("/v1/endpoints/test", TestReport.model_validate_json, endpoint)


def _job(id_or_prefix: str, rest: str = "") -> str:
    """The path of a job: `id_or_prefix` as one segment that finds a job, or nothing, but never another route."""
    if not id_or_prefix.isalnum():
        raise JobUnknown(f"There is no job “{id_or_prefix}”.")
    return f"/v1/jobs/{id_or_prefix}{rest}"


def _sendable(path: Path) -> Path:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise RequestError(
            f"The path {shown} is not valid Unicode.", remedy="Rename the file or folder, or reach it by a link."
        ) from error
    return path.absolute()
