"""What panels and commands use: find the bridge or start it, call it, follow its events.

Only light imports, because hosts wait for them. What the service and its clients agree on to find each other, the state
folder and the run file, is here too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import httpx
from httpx_sse import connect_sse
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bridge import __version__
from bridge.domain.capability import Capability
from bridge.domain.errors import (
    BridgeAlreadyRunning,
    BridgeLost,
    BridgeUnreachable,
    ErrorReport,
    JobStateConflict,
    JobUnknown,
    RequestError,
    Unauthorised,
    from_report,
)
from bridge.domain.job import Job, JobEvent, is_final
from bridge.domain.timeline import TimelineChoice, TimelineOrder, TimelineQuery, WrittenTimeline
from bridge.domain.wire import Frozen
from bridge.domain.workflow import LiftRequest

INSTALLATION = str(Path(__file__).resolve().parent)
"""What tells this Superwhite from another one on the machine that has the same version."""

START_SECONDS = 20.0
"""How long a bridge that is being started may take."""

_PING_SECONDS = 15.0
"""How often the service sends something on a stream on which nothing happens."""

_JSON = {"Content-Type": "application/json"}
_Jobs = TypeAdapter(tuple[Job, ...])
_Capabilities = TypeAdapter(tuple[Capability, ...])


def state_home() -> Path:
    """The folder of the bridge's run file, job list and logs: `SUPERWHITE_HOME`, else where the system keeps state."""
    if home := os.environ.get("SUPERWHITE_HOME"):
        return Path(home).expanduser().absolute()
    from platformdirs import user_state_path

    return user_state_path("superwhite", appauthor=False)


class RunFile(Frozen):
    """Where the running bridge listens, and the token that it wants. Readable by its user only."""

    port: int = Field(ge=1, le=65535)
    pid: int
    token: str
    instance: str
    version: str
    installation: str = Field(default="", description="Folder of the package that runs.")

    @staticmethod
    def path(home: Path) -> Path:
        return home / "bridge.json"

    @classmethod
    def read(cls, home: Path) -> RunFile | None:
        """None when there is none, or none that can be read."""
        try:
            return cls.model_validate_json(cls.path(home).read_bytes())
        except (OSError, ValidationError):
            return None


class Health(BaseModel):
    """The bridge's answer to anyone who asks whether it is there. `stopping` takes no more jobs."""

    status: Literal["ok", "stopping"]
    version: str
    instance: str
    pid: int


class _Failure(BaseModel):
    error: ErrorReport


class Bridge:
    """A connection to the running bridge.

    Every call raises the error that the bridge answers with, and `BridgeLost` when it does not answer at all.
    """

    def __init__(self, run_file: RunFile) -> None:
        self._instance = run_file.instance
        # Proxies of the environment must never see what is meant for this machine.
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{run_file.port}",
            headers={"Authorization": f"Bearer {run_file.token}"},
            timeout=httpx.Timeout(60, connect=2),
            trust_env=False,
        )

    @classmethod
    def attach_or_start(cls, *, home: Path | None = None, start: bool = True) -> Bridge:
        """Connect to the bridge of this user and start one where none runs.

        Raises `BridgeUnreachable` when it cannot be started, when `start` is false and none runs, and when one of
        another version is at work.
        """
        home = home or state_home()
        deadline = time.monotonic() + START_SECONDS
        bridge = cls._attach(home, replace=start)
        if bridge is None and not start:
            raise BridgeUnreachable("No bridge is running.", remedy="Submit a job: that starts the bridge.")
        child: subprocess.Popen[bytes] | None = None
        while bridge is None:
            if time.monotonic() > deadline:
                raise BridgeUnreachable(
                    f"The bridge did not answer within {START_SECONDS:.0f} seconds.", detail=_log_tail(home)
                )
            # Whoever comes second leaves: another client has started a bridge, or an old one is about to end.
            if child is None or child.poll() == BridgeAlreadyRunning.exit_code:
                child = _start(home)
            elif child.poll() is not None:
                raise BridgeUnreachable("The bridge could not be started.", detail=_log_tail(home))
            time.sleep(0.05)
            bridge = cls._attach(home, replace=start)
        return bridge

    @classmethod
    def _attach(cls, home: Path, *, replace: bool) -> Bridge | None:
        """The bridge of the run file, when it is there, is the one that wrote it, takes its token and is our own.

        One of another version or installation (whose folder may be gone) is asked to leave when `replace`; raises
        `BridgeUnreachable` when it does not.
        """
        run_file = RunFile.read(home)
        if run_file is None or not _is_alive(run_file):
            return None
        bridge = cls(run_file)
        try:
            if (run_file.version, run_file.installation) == (__version__, INSTALLATION):
                bridge.capabilities()
                return bridge
            if replace:
                bridge.shutdown(if_idle=True)
        except (BridgeLost, Unauthorised):
            bridge.close()
            return None
        except JobStateConflict as error:
            raise _version_conflict(run_file, "it is at work") from error
        bridge.close()
        if not replace:
            raise _version_conflict(run_file, "none of this version runs")
        return None

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Bridge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def health(self) -> Health:
        return Health.model_validate_json(self._call("GET", "/v1/health"))

    def capabilities(self) -> tuple[Capability, ...]:
        return _Capabilities.validate_json(self._call("GET", "/v1/capabilities"))

    def submit(self, request: LiftRequest) -> Job:
        """Queue a job. Relative paths are taken from this process's working directory. Raises `RequestError`s."""
        source = request.source.model_copy(update={"path": _sendable(request.source.path)})
        output = request.output.model_copy(update={"folder": _sendable(request.output.folder)})
        absolute = request.model_copy(update={"source": source, "output": output})
        return Job.model_validate_json(
            self._call("POST", "/v1/jobs", content=absolute.model_dump_json(), headers=_JSON)
        )

    def jobs(self, limit: int = 100) -> tuple[Job, ...]:
        """The newest first."""
        return _Jobs.validate_json(self._call("GET", "/v1/jobs", params={"limit": limit}))

    def job(self, id_or_prefix: str) -> Job:
        """Raises `JobUnknown`, also when more than one id begins so. So do the next three."""
        return Job.model_validate_json(self._call("GET", f"/v1/jobs/{_segment(id_or_prefix)}"))

    def cancel(self, id_or_prefix: str) -> Job:
        """Returns when the work has ended. Raises `JobStateConflict` for a job that is over."""
        return Job.model_validate_json(self._call("POST", f"/v1/jobs/{_segment(id_or_prefix)}/cancel"))

    def retry(self, id_or_prefix: str) -> Job:
        """Queue a failed or cancelled job again. Raises `JobStateConflict` for any other."""
        return Job.model_validate_json(self._call("POST", f"/v1/jobs/{_segment(id_or_prefix)}/retry"))

    def forget(self, id_or_prefix: str) -> None:
        """Take a job that is over off the list; what it delivered stays. Raises `JobStateConflict` for any other."""
        self._call("DELETE", f"/v1/jobs/{_segment(id_or_prefix)}")

    def read_timeline(self, query: TimelineQuery) -> TimelineChoice:
        """The clips of a timeline and the chosen ones. Raises `TimelineError`s."""
        content = query.model_dump_json()
        return TimelineChoice.model_validate_json(
            self._call("POST", "/v1/timelines/read", content=content, headers=_JSON)
        )

    def write_timeline(self, order: TimelineOrder) -> WrittenTimeline:
        """A new timeline with finished clips in place. Raises `TimelineError`s and `OutputError`s."""
        content = order.model_dump_json()
        return WrittenTimeline.model_validate_json(
            self._call("POST", "/v1/timelines/write", content=content, headers=_JSON)
        )

    def shutdown(self, *, if_idle: bool = False) -> None:
        """Ask the bridge to leave. With `if_idle`, raises `JobStateConflict` while jobs wait or run."""
        self._call("POST", "/v1/shutdown", params={"if_idle": if_idle})

    def follow(self, id_or_prefix: str, after: int = 0) -> Iterator[JobEvent]:
        """Changes of a job with a sequence greater than `after`, as they come; ends when the job is over.

        A connection that drops is taken up again without loss. Raises `BridgeLost` when the bridge is gone.
        """
        job = self.job(id_or_prefix).id
        while True:
            dropped = False
            try:
                with closing(self._stream(job, after)) as events:
                    for event in events:
                        after = event.sequence
                        yield event
                        if is_final(event.state) and self._is_latest(event):
                            return
            except httpx.TransportError:
                dropped = True
            health = self.health()
            if health.instance != self._instance or health.status == "stopping":
                raise BridgeLost("The bridge stopped while the job was followed.")
            # The service ends a stream of itself only when it stops, or when the job has no more to tell.
            if not dropped and is_final(self.job(job).state):
                return
            time.sleep(0.2)

    def _stream(self, job: str, after: int) -> Generator[JobEvent]:
        with connect_sse(
            self._http,
            "GET",
            "/v1/events",
            params={"job": job},
            headers={"Last-Event-ID": str(after)},
            timeout=httpx.Timeout(10, read=3 * _PING_SECONDS),
        ) as source:
            if source.response.is_error:
                source.response.read()
                raise _error_of(source.response)
            for message in source.iter_sse():
                if message.event == "job":
                    yield JobEvent.model_validate_json(message.data)

    def _is_latest(self, event: JobEvent) -> bool:
        """Whether a final state is the last word: a job that was retried has earlier ones."""
        try:
            return self.job(event.job).updated <= event.at
        except JobUnknown:  # forgotten meanwhile
            return True

    def _call(self, method: str, path: str, **arguments: Any) -> bytes:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise BridgeLost("The bridge does not answer any more.", detail=repr(error)) from error
        if response.is_error:
            raise _error_of(response)
        return response.content


def _sendable(path: Path) -> Path:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise RequestError(
            f"The path {shown} is not valid Unicode.", remedy="Rename the file or folder, or reach it by a link."
        ) from error
    return path.absolute()


def _segment(text: str) -> str:
    """`text` as one segment of a path that finds a job, or nothing, but never another route."""
    if not text.isalnum():
        raise JobUnknown(f"There is no job “{text}”.")
    return text


def _error_of(response: httpx.Response) -> Exception:
    try:
        return from_report(_Failure.model_validate_json(response.content).error)
    except ValidationError:
        return BridgeUnreachable(
            f"The bridge gave an answer that is not understood (HTTP {response.status_code}).",
            detail=response.text[:2000],
        )


def _is_alive(run_file: RunFile) -> bool:
    """Whether the bridge that wrote the file answers on its port. Sends no token: a stranger may listen there."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{run_file.port}/v1/health", timeout=2, trust_env=False)
        health = Health.model_validate_json(answer.content)
    except (httpx.HTTPError, ValidationError):
        return False
    return health.instance == run_file.instance and health.status == "ok"


def _version_conflict(run_file: RunFile, why: str) -> BridgeUnreachable:
    return BridgeUnreachable(
        f"A bridge of another Superwhite ({run_file.version} in {run_file.installation or 'an unknown folder'}) is "
        f"running, and this is {__version__}; {why}.",
        detail=f"pid {run_file.pid}, port {run_file.port}",
        remedy="Wait until its jobs are done, or stop it; then try again.",
    )


def _output_file(home: Path) -> Path:
    return home / "bridge.out"


def _start(home: Path) -> subprocess.Popen[bytes]:
    """A bridge of its own session, so that it outlives this process and its terminal."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _output_file(home).open("ab") as output:
            output.truncate(0)
            return subprocess.Popen(
                [sys.executable, "-m", "bridge.service"],
                # With -m the working directory is on the child's path: this very package is the one that it runs.
                cwd=Path(__file__).parents[1],
                env={**os.environ, "SUPERWHITE_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=_creation_flags(),
            )
    except OSError as error:
        raise BridgeUnreachable("The bridge could not be started.", detail=repr(error)) from error


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def _log_tail(home: Path) -> str:
    try:
        return _output_file(home).read_text(errors="replace")[-4000:]
    except OSError as error:
        return repr(error)
