"""What fal's queue answers. Bytes from outside: everything but what is needed may be missing, and more may be there."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.net.service import Reply

Wire = TypeVar("Wire", bound=BaseModel)

RequestId = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$"


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Submitted(_Wire):
    request_id: str = Field(pattern=RequestId)
    status_url: str = ""
    response_url: str = ""
    cancel_url: str = ""


class LogLine(_Wire):
    message: str = ""
    timestamp: str = ""


class Status(_Wire):
    """`status` is IN_QUEUE, IN_PROGRESS or COMPLETED; another one is taken for work that goes on."""

    status: str = Field(min_length=1, max_length=40)
    queue_position: int | None = Field(default=None, ge=0)
    logs: tuple[LogLine, ...] | None = None
    error: str | None = None
    error_type: str | None = None

    @property
    def phase(self) -> Literal["waiting", "running", "over"]:
        match self.status:
            case "IN_QUEUE":
                return "waiting"
            case "COMPLETED" | "FAILED" | "ERROR" | "CANCELLED" | "CANCELED":
                return "over"
            case _:
                return "running"


class Token(_Wire):
    token: str = Field(min_length=1, max_length=8000, repr=False)
    token_type: str = "Bearer"
    base_url: str = ""


class Uploaded(_Wire):
    access_url: str = Field(min_length=1, max_length=4000)
    uploadId: str = ""


class Initiated(_Wire):
    upload_url: str = Field(min_length=1, max_length=8000)
    file_url: str = Field(min_length=1, max_length=4000)


class RemoteFile(_Wire):
    url: str = Field(min_length=1)
    content_type: str | None = None
    file_name: str | None = None
    file_size: int | None = None


def read(model: type[Wire], reply: Reply) -> Wire | None:
    """The answer as `model`; none where it is something else."""
    try:
        return model.model_validate_json(reply.content)
    except ValidationError:
        return None
