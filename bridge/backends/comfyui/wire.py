"""What ComfyUI answers, as far as it is used. Anything may answer at its port: nothing is taken on trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

T = TypeVar("T", bound=BaseModel)

_MOST_STEPS = 1_000_000


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Device(_Wire):
    name: str = Field(default="", max_length=300)
    vram_total: float | None = None
    vram_free: float | None = None


class System(_Wire):
    comfyui_version: str = Field(default="", max_length=80)


class SystemStats(_Wire):
    system: System
    devices: tuple[Device, ...]


class Uploaded(_Wire):
    """The server's own name for a file, which is another than was asked for where that was taken."""

    name: str = Field(min_length=1, max_length=1000)
    subfolder: str = Field(default="", max_length=1000)

    @property
    def path(self) -> str:
        return f"{self.subfolder}/{self.name}" if self.subfolder else self.name


class Accepted(_Wire):
    """`node_errors` may not be empty all the same: then parts of the graph are left out."""

    prompt_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")
    node_errors: JsonValue = None


def read(kind: type[T], value: JsonValue) -> T | None:
    """`value` as `kind`; none where it is something else."""
    try:
        return kind.model_validate(value)
    except ValidationError:
        return None


@dataclass(frozen=True)
class Place:
    """A job that is not over: it runs, or `ahead` others come before it."""

    running: bool
    ahead: int = 0


def read_place(queue: JsonValue, job: str) -> Place | None:
    """Where `job` is in an answer of `/queue`; none where it is not in it.

    Entries begin with their number and their id. Those that wait come as a heap, and not in order: the lowest number
    is next.
    """
    lists = queue if isinstance(queue, dict) else {}
    running, waiting = (_entries(lists.get(name)) for name in ("queue_running", "queue_pending"))
    if any(each == job for _, each in running):
        return Place(running=True)
    mine = min((number for number, each in waiting if each == job), default=None)
    if mine is None:
        return None
    return Place(running=False, ahead=len(running) + sum(number < mine for number, _ in waiting))


def _entries(listed: JsonValue) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for entry in listed if isinstance(listed, list) else ():
        match entry:
            case [int() | float() as number, str() as job, *_]:
                found.append((float(number), job))
            case _:
                pass
    return found


@dataclass(frozen=True)
class Ended:
    """A job that is over. Where it failed, `node` is the one that did, by its name in the graph."""

    succeeded: bool
    interrupted: bool = False
    node: str = ""
    kind: str = ""
    message: str = ""


def read_ended(history: JsonValue, job: str) -> Ended | None:
    """What `/history/{job}` says; none where it does not know the job."""
    entry = history.get(job) if isinstance(history, dict) else None
    if not isinstance(entry, dict):
        return None
    status = entry.get("status")
    # Servers before 2024 give no status; they list a job only when it has gone through.
    if not isinstance(status, dict) or status.get("status_str") == "success":
        return Ended(succeeded=True)
    messages = status.get("messages")
    for message in reversed(messages) if isinstance(messages, list) else ():
        match message:
            case ["execution_interrupted", *_]:
                return Ended(succeeded=False, interrupted=True)
            case ["execution_error", dict() as about]:
                return Ended(
                    succeeded=False,
                    node=_text(about, "node_id"),
                    kind=_text(about, "exception_type"),
                    message=_text(about, "exception_message"),
                )
            case _:
                pass
    return Ended(succeeded=False)


@dataclass(frozen=True)
class Heard:
    """A message about a job: it is `over`, or at work at `node`, where it has done `done` of `total` steps."""

    over: bool = False
    node: str = ""
    done: int | None = None
    total: int | None = None


def read_message(message: JsonValue, job: str) -> Heard | None:
    """What a message on the socket says of `job`; none where it is about something else."""
    data = message.get("data") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(data, dict) or data.get("prompt_id") != job:
        return None
    match message.get("type"):
        case "execution_success" | "execution_error" | "execution_interrupted":
            return Heard(over=True)
        case "executing" if data.get("node") is None:
            return Heard(over=True)
        case "executing":
            return Heard(node=_text(data, "node"))
        case "progress":
            return _steps(_text(data, "node"), data)
        case "progress_state":
            nodes = data.get("nodes")
            for name, state in nodes.items() if isinstance(nodes, dict) else ():
                if isinstance(state, dict) and state.get("state") == "running":
                    return _steps(name, state)
            return None
        case _:
            return None


def _steps(node: str, about: dict[str, JsonValue]) -> Heard:
    """Nodes that do not count say that they are at 0 of 1."""
    match about.get("value"), about.get("max"):
        case (int() | float() as done, int() | float() as total) if 0 <= done <= total and 1 < total <= _MOST_STEPS:
            return Heard(node=node, done=int(done), total=int(total))
        case _:
            return Heard(node=node)


def _text(value: dict[str, JsonValue], name: str) -> str:
    found = value.get(name)
    return found[:2000] if isinstance(found, str) else ""
