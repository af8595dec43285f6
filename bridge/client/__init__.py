"""What panels and commands use: find the bridge or start it, call it, follow its events.

Only light imports, because hosts wait for them.
"""

from . import calls
from .asynchronous import AsyncBridge
from .bridge import Bridge
from .calls import Call
from .runfile import INSTALLATION, Health, RunFile, declared_bases, state_home

__all__ = [
    "INSTALLATION",
    "AsyncBridge",
    "Bridge",
    "Call",
    "Health",
    "RunFile",
    "calls",
    "declared_bases",
    "state_home",
]
