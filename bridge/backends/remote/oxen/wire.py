"""What Oxen answers, as far as its documentation goes; the rest is kept as it came."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from bridge.net.service import Reply


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Queued(_Wire):
    generation_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")


class Enqueued(_Wire):
    generations: tuple[Queued, ...] = Field(min_length=1)


class Generation(_Wire):
    """One row of the queue, or of the finished generations."""

    status: str = Field(min_length=1, max_length=40)
    error_message: str | None = None

    @property
    def phase(self) -> Literal["waiting", "running", "succeeded", "failed"]:
        match self.status:
            case "queued":
                return "waiting"
            case "succeeded":
                return "succeeded"
            case "failed" | "cancelled":
                return "failed"
            case _:
                return "running"


def read_generation(reply: Reply) -> Generation | None:
    """A row, also where it comes inside another object; none where the answer is something else."""
    body = reply.json()
    if isinstance(body, dict) and isinstance(body.get("generation"), dict):
        body = body["generation"]
    try:
        return Generation.model_validate(body)
    except ValidationError:
        return None


def addresses_in(value: JsonValue, name: str = "") -> list[str]:
    """Every web address, and every movie in place of one, that an answer holds; not those of what was sent."""
    match value:
        case dict():
            return [found for key, each in value.items() for found in addresses_in(each, key)]
        case list():
            return [found for each in value for found in addresses_in(each, name)]
        case str() if name == "b64_json":
            return [f"data:video/mp4;base64,{value}"]
        case str() if (name == "url" or name.endswith("_url")) and value.startswith(("https://", "http://")):
            return [value]
        case _:
            return []


def is_archive(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(".zip")
