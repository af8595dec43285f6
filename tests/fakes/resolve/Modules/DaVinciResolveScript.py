"""What `RESOLVE_SCRIPT_API/Modules` has in it, over the stand-in: its state is the file that the environment names."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.fakes.resolve.proxy import make
from tests.fakes.resolve.state import STATE_VARIABLE, State

# The library is no Python: it knows nothing of `sys.stdout`.
os.write(1, b"fusionscript says hello where nobody wants it\n")
if not Path(os.environ["RESOLVE_SCRIPT_LIB"]).is_file():
    raise ImportError(f"cannot load {os.environ['RESOLVE_SCRIPT_LIB']}")


def scriptapp(name: str, host: str = "127.0.0.1") -> Any:
    """None where Resolve does not run, or lets nobody in from outside."""
    path = Path(os.environ[STATE_VARIABLE])
    if name != "Resolve" or not path.is_file():
        return None
    state = State.of(path)
    if not state.doc["running"] or not state.doc["external"]:
        return None
    if not state.doc["studio"] and not state.doc["lets_free_in"]:
        return None
    return make(state, "Resolve")
