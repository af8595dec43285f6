"""A connection to the bridge for whoever can wait: commands, tests, scripts."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import httpx
from httpx_sse import connect_sse

from bridge import __version__
from bridge.domain.capability import Capability
from bridge.domain.errors import (
    BridgeAlreadyRunning,
    BridgeLost,
    BridgeUnreachable,
    JobStateConflict,
    JobUnknown,
    Unauthorised,
)
from bridge.domain.job import Job, JobEvent, is_final
from bridge.domain.settings import BASE_VARIABLES
from bridge.domain.timeline import TimelineChoice, TimelineOrder, TimelineQuery, WrittenTimeline
from bridge.domain.workflow import LiftRequest

from . import calls
from .answers import STREAM_TIMEOUT, answer_of, error_of, lost, request_of
from .calls import Call
from .runfile import INSTALLATION, Health, RunFile, declared_bases, state_home
from .start import is_alive, last_words, start_bridge

T = TypeVar("T")

START_SECONDS = 20.0
"""How long a bridge that is being started may take."""


class Bridge:
    """A connection to the running bridge.

    Every call raises the error that the bridge answers with, and `BridgeLost` when it does not answer at all.
    """

    def __init__(self, run_file: RunFile) -> None:
        self.run_file = run_file
        # Proxies of the environment must never see what is meant for this machine.
        self._http = httpx.Client(
            base_url=run_file.url,
            headers=run_file.headers,
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
                    f"The bridge did not answer within {START_SECONDS:.0f} seconds.", detail=last_words(home)
                )
            # Whoever comes second leaves: another client has started a bridge, or an old one is about to end.
            if child is None or child.poll() == BridgeAlreadyRunning.exit_code:
                child = start_bridge(home)
            elif child.poll() is not None:
                raise BridgeUnreachable("The bridge could not be started.", detail=last_words(home))
            time.sleep(0.05)
            bridge = cls._attach(home, replace=start)
        return bridge

    @classmethod
    def _attach(cls, home: Path, *, replace: bool) -> Bridge | None:
        """The bridge of the run file, when it is there, is the one that wrote it, takes its token and is our own.

        One of another version or installation (whose folder may be gone), or that does not know an address which this
        environment declares for an endpoint, is asked to leave when `replace`; raises `BridgeUnreachable` when it does
        not.
        """
        run_file = RunFile.read(home)
        if run_file is None or not is_alive(run_file):
            return None
        bridge = cls(run_file)
        try:
            same = (run_file.version, run_file.installation) == (__version__, INSTALLATION)
            if same and declared_bases().items() <= run_file.bases.items():
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

    def do(self, call: Call[T]) -> T:
        """Make any call of `bridge.client.calls`."""
        try:
            response = self._http.request(**request_of(call))
        except httpx.TransportError as error:
            raise lost(error) from error
        return answer_of(call, response)

    def health(self) -> Health:
        return self.do(calls.health())

    def capabilities(self) -> tuple[Capability, ...]:
        return self.do(calls.capabilities())

    def submit(self, request: LiftRequest) -> Job:
        return self.do(calls.submit(request))

    def jobs(self, limit: int = 100) -> tuple[Job, ...]:
        return self.do(calls.jobs(limit))

    def job(self, id_or_prefix: str) -> Job:
        return self.do(calls.job(id_or_prefix))

    def cancel(self, id_or_prefix: str) -> Job:
        return self.do(calls.cancel(id_or_prefix))

    def retry(self, id_or_prefix: str) -> Job:
        return self.do(calls.retry(id_or_prefix))

    def forget(self, id_or_prefix: str) -> None:
        self.do(calls.forget(id_or_prefix))

    def read_timeline(self, query: TimelineQuery) -> TimelineChoice:
        return self.do(calls.read_timeline(query))

    def write_timeline(self, order: TimelineOrder) -> WrittenTimeline:
        return self.do(calls.write_timeline(order))

    def shutdown(self, *, if_idle: bool = False) -> None:
        self.do(calls.shutdown(if_idle=if_idle))

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
            if health.instance != self.run_file.instance or health.status == "stopping":
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
            timeout=STREAM_TIMEOUT,
        ) as source:
            if source.response.is_error:
                raise error_of(source.response.status_code, source.response.read())
            for message in source.iter_sse():
                if message.event == "job":
                    yield JobEvent.model_validate_json(message.data)

    def _is_latest(self, event: JobEvent) -> bool:
        """Whether a final state is the last word: a job that was retried has earlier ones."""
        try:
            return self.job(event.job).updated <= event.at
        except JobUnknown:  # forgotten meanwhile
            return True


def _version_conflict(run_file: RunFile, why: str) -> BridgeUnreachable:
    if (run_file.version, run_file.installation) == (__version__, INSTALLATION):
        variables = " and ".join(BASE_VARIABLES[name] for name in declared_bases())
        sentence = f"The bridge that runs was started without this {variables}; {why}."
    else:
        sentence = (
            f"A bridge of another Superwhite ({run_file.version} in {run_file.installation or 'an unknown folder'}) is "
            f"running, and this is {__version__}; {why}."
        )
    return BridgeUnreachable(
        sentence,
        detail=f"pid {run_file.pid}, port {run_file.port}",
        remedy="Wait until its jobs are done, or stop it; then try again.",
    )
