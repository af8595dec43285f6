"""What a server of the tests does with graphs: one at a time, in their order, with the messages of the real one."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
import OpenEXR


class Interrupted(Exception):
    """Whoever asked for it."""


@dataclass(frozen=True)
class Failure:
    """A node that raises."""

    kind: str
    exception: str
    message: str


@dataclass
class World:
    """`folder` holds `input` and `output`. `hold` keeps jobs at their sampling until it is set. `frames_made` changes
    how many frames come of a clip, `spoil` what is written of them.
    """

    folder: Path
    tell: Callable[[str, dict[str, Any], str | None], None]
    steps: int = 4
    step_seconds: float = 0.0
    writes_exr: bool = True
    old: bool = False
    failure: Failure | None = None
    frames_made: Callable[[int], int] = lambda count: count
    spoil: Callable[[int, bytes], bytes] = lambda number, data: data
    hold: threading.Event = field(default_factory=threading.Event)
    waiting: list[tuple[float, str, dict[str, Any], dict[str, Any], list[str]]] = field(default_factory=list)
    running: list[Any] = field(default_factory=list)
    history: dict[str, Any] = field(default_factory=dict)
    queued: list[str] = field(default_factory=list)
    executed: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    _interrupt: bool = False
    _task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.hold.set()
        for name in ("input", "output"):
            (self.folder / name).mkdir(exist_ok=True)

    def put(self, job: str, prompt: dict[str, Any], extra: dict[str, Any], number: float | None = None) -> float:
        number = next(self.numbers) if number is None else number
        # A heap, as the real one keeps it: its second element need not be the next job.
        heapq.heappush(self.waiting, (number, job, prompt, extra, ["writer"]))
        self.queued.append(job)
        self.status()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return number

    def delete(self, jobs: list[str]) -> None:
        self.waiting = [item for item in self.waiting if item[1] not in jobs]
        heapq.heapify(self.waiting)
        self.status()

    def interrupt(self, job: str | None) -> None:
        """An old server looks at no id, and ends whatever runs."""
        if self.running and (self.old or job is None or self.running[0][1] == job):
            self._interrupt = True

    def forget(self) -> None:
        """The process has been started anew: what it had written lies there still."""
        if self._task:
            self._task.cancel()
            self._task = None
        self.waiting, self.running, self.history = [], [], {}

    def status(self) -> None:
        left = len(self.waiting) + len(self.running)
        self.tell("status", {"status": {"exec_info": {"queue_remaining": left}}}, None)

    async def _work(self) -> None:
        while self.waiting:
            item = heapq.heappop(self.waiting)
            self.running = [item]
            self._interrupt = False
            self.status()
            _, job, prompt, extra, _ = item
            status = await self._execute(job, prompt, extra.get("client_id"))
            self.running = []
            outputs: dict[str, Any] = {}  # the node that writes EXR tells of none
            self.history[job] = {"prompt": item, "outputs": outputs, "status": status, "meta": {}}
            self.tell("executing", {"node": None, "prompt_id": job}, extra.get("client_id"))
            self.status()

    async def _execute(self, job: str, prompt: dict[str, Any], client: str | None) -> dict[str, Any]:
        messages: list[Any] = []

        def add(kind: str, *, everybody: bool = False, **data: Any) -> None:
            data = {"prompt_id": job, **data}
            messages.append([kind, data])
            self.tell(kind, data, None if everybody else client)

        add("execution_start")
        add("execution_cached", nodes=[])
        self.executed.append(job)
        at = ""
        try:
            for at in _order(prompt):
                self.tell("executing", {"node": at, "display_node": at, "prompt_id": job}, client)
                await self._do(job, at, prompt, client)
        except Interrupted:
            add("execution_interrupted", everybody=True, node_id=at, node_type=prompt[at]["class_type"], executed=[])
        except _Raised as raised:
            failure = raised.failure
            add(
                "execution_error",
                node_id=at,
                node_type=prompt[at]["class_type"],
                exception_message=failure.message,
                exception_type=failure.exception,
                traceback=[],
            )
        else:
            add("execution_success")
            return {"status_str": "success", "completed": True, "messages": messages}
        return {"status_str": "error", "completed": False, "messages": messages}

    async def _do(self, job: str, name: str, prompt: dict[str, Any], client: str | None) -> None:
        kind, inputs = prompt[name]["class_type"], prompt[name]["inputs"]
        if self.failure and self.failure.kind == kind:
            raise _Raised(self.failure)
        if kind == "SamplerCustomAdvanced":
            for step in range(1, self.steps + 1):
                await asyncio.to_thread(self.hold.wait)
                await asyncio.sleep(self.step_seconds)
                if self._interrupt:
                    raise Interrupted
                state = {"value": step, "max": self.steps, "node": name, "prompt_id": job}
                if not self.old:
                    nodes = {name: {**state, "state": "running", "node_id": name}}
                    self.tell("progress_state", {"prompt_id": job, "nodes": nodes}, client)
                self.tell("progress", state, client)
        if kind == "LTXVHDRDecodePostprocess" and inputs["save_exr"]:
            if not self.writes_exr:
                text = "EXR output is enabled (save_exr = TRUE), but OpenCV does not support EXR by default. "
                text += (
                    "To enable it, set the environment variable OPENCV_IO_ENABLE_OPENEXR=1 before starting ComfyUI"
                )
                raise _Raised(Failure(kind, "AssertionError", text))
            folder = self.folder / "output" / inputs["output_dir"]
            source = prompt[inputs["image"][0]]
            if source["class_type"] == "EmptyImage":
                frames = np.zeros((1, 64, 64, 3), np.uint8)
            else:
                frames = pictures(self.folder / "input" / prompt["video"]["inputs"]["file"])
                latent = prompt["empty"]["inputs"]
                assert len(frames) == latent["length"], "the guide and the latent are not of one length"
                assert frames.shape[1:3] == (latent["height"], latent["width"]), "nor of one size"
            await asyncio.to_thread(self._write, folder, frames)

    def _write(self, folder: Path, frames: np.ndarray) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(self.frames_made(len(frames))):
            path = folder / f"frame_{number:05d}.exr"
            write_light(path, light_of(frames[min(number, len(frames) - 1)]))
            path.write_bytes(self.spoil(number, path.read_bytes()))


class _Raised(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def _order(prompt: dict[str, Any]) -> list[str]:
    """Every node after those that it is linked to; an output as soon as it can be."""
    done: list[str] = []

    def add(name: str) -> None:
        for value in prompt[name]["inputs"].values():
            if isinstance(value, list) and value[0] not in done:
                add(value[0])
        if name not in done:
            done.append(name)

    for name in sorted(prompt, key=lambda name: (prompt[name]["class_type"] != "EmptyImage", name)):
        add(name)
        if name == "trial":
            add("trial_writer")
    return done


def write_light(path: Path, light: np.ndarray) -> None:
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"RGB": np.ascontiguousarray(light)}).write(str(path))


def pictures(movie: Path) -> np.ndarray:
    """As ComfyUI's node reads them."""
    with av.open(str(movie)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def light_of(picture: np.ndarray) -> np.ndarray:
    """What a model that leaves codes as they are would give: LogC3 (EI 800) of each, half float, nothing below 0."""
    code = picture.astype(np.float64) / 255
    above = (10 ** ((code - 0.385537) / 0.247190) - 0.052272) / 5.555556
    below = (code - 0.092809) / 5.367655
    return np.maximum(np.where(code >= 5.367655 * 0.010591 + 0.092809, above, below), 0).astype(np.float16)
