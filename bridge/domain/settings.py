"""What the bridge keeps for its user besides jobs, and how it stands with the places that pixels can come from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from .wire import Frozen

EndpointKind = Literal["fal", "oxen", "superwhite", "comfyui"]
"""`superwhite` is a GPU box: `superwhite serve` on another machine. `comfyui` is a ComfyUI that a user runs."""


class Endpoint(Frozen):
    """A service beyond this machine. `name` is what its key is kept under."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")
    title: str = Field(min_length=1, max_length=80)
    kind: EndpointKind
    url: str = Field(max_length=2000, description="Base address, https://… or, on this network, http://…")


DEFAULT_ENDPOINTS = (
    Endpoint(name="fal", title="fal", kind="fal", url="https://queue.fal.run"),
    Endpoint(name="oxen", title="Oxen", kind="oxen", url="https://hub.oxen.ai"),
)


BASE_VARIABLES = {"fal": "SUPERWHITE_FAL_BASE", "oxen": "SUPERWHITE_OXEN_BASE"}
"""Environment variables that declare another server in the place of an endpoint, for one bridge."""


class BridgeSettings(Frozen):
    """`never_upload` holds for every job, whoever submits it: nothing leaves this machine. So does `spend_limit`, US
    dollars a job.
    """

    never_upload: bool = False
    spend_limit: float | None = Field(default=None, ge=0)
    proxy: str = Field(default="", max_length=2000, description="http://host:port; empty takes the system's.")
    endpoints: tuple[Endpoint, ...] = DEFAULT_ENDPOINTS
    models_folder: Path | None = Field(
        default=None, description="Where the weights of models lie; without it where the system keeps data."
    )


class KeyState(Frozen):
    """Whether there is a key for an endpoint, and where: the key itself never leaves the bridge.

    `variable` is the environment variable that would hold it; `hint` its last characters, once there are enough.
    """

    endpoint: str
    kept_in: Literal["keyring", "environment", "nowhere"]
    variable: str
    hint: str = ""


class NewKey(Frozen):
    key: str = Field(min_length=8, max_length=2000, repr=False)


class BackendState(Frozen):
    """Whether a backend can be used now; `sentence` says why not, and what to do. Of one that is ready it says what a
    user should know all the same.
    """

    backend: str
    title: str
    runs: Literal["here", "remote"]
    state: Literal["ready", "not_ready", "needs_key", "unreachable", "forbidden"]
    sentence: str = ""


HopName = Literal[
    "address", "proxy", "name", "connection", "encryption", "answer", "key", "engine", "card", "weights", "worker"
]


class Hop(Frozen):
    """One step on the way to a service. Steps after one that failed are not tried."""

    name: HopName
    passed: bool
    sentence: str
    milliseconds: float = 0.0


class TestReport(Frozen):
    """The way to a service, hop by hop; `passed` when every hop did."""

    __test__ = False  # pytest takes classes of this name for tests

    target: str
    hops: tuple[Hop, ...]

    @property
    def passed(self) -> bool:
        return all(hop.passed for hop in self.hops)
