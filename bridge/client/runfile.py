"""What the service and its clients agree on to find each other: the state folder and the run file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from bridge.domain.settings import BASE_VARIABLES
from bridge.domain.wire import Frozen

INSTALLATION = str(Path(__file__).resolve().parents[1])
"""What tells this Superwhite from another one on the machine that has the same version."""


def state_home() -> Path:
    """The folder of the bridge's run file, job list and logs: `SUPERWHITE_HOME`, else where the system keeps state."""
    if home := os.environ.get("SUPERWHITE_HOME"):
        return Path(home).expanduser().absolute()
    from platformdirs import user_state_path

    return user_state_path("superwhite", appauthor=False)


def declared_bases() -> dict[str, str]:
    """The addresses that this process's environment declares in place of endpoints' own, by endpoint."""
    found = {name: os.environ.get(variable, "").strip() for name, variable in BASE_VARIABLES.items()}
    return {name: base for name, base in found.items() if base}


class RunFile(Frozen):
    """Where the running bridge listens, and the token that it wants. Readable by its user only."""

    port: int = Field(ge=1, le=65535)
    pid: int
    token: str
    instance: str
    version: str
    installation: str = Field(default="", description="Folder of the package that runs.")
    bases: dict[str, str] = Field(
        default_factory=dict, description="Addresses that its environment declares in place of endpoints' own."
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

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
