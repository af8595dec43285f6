"""fal and Oxen on this machine: a real HTTP server that speaks their protocols, and errs when it is told to.

with Endpoint() as endpoint:
    endpoint.script.next("submit", Fault.drop_after_accept())
    ...  # a client at `endpoint.url`, which `endpoint.environment` declares as fal and as Oxen
    assert len(endpoint.jobs) == 1
"""

from __future__ import annotations

from .endpoint import Endpoint
from .faults import Fault
from .foreign import Foreign
from .jobs import Job
from .records import Asked

__all__ = ["Asked", "Endpoint", "Fault", "Foreign", "Job"]
