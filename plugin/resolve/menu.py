"""What Workspace ▸ Scripts runs: opens the panel. Loaded in Resolve's own Python, whichever that is."""

from __future__ import annotations

import logging

from plugin.hosting.installation import Installation
from plugin.hosting.logbook import keep_log

log = logging.getLogger("superwhite.host")


def main(installation: Installation) -> bool:
    """Start the panel, which finds Resolve by itself. Never fails in Resolve's face: what goes wrong is logged."""
    keep_log(installation.log("resolve"))
    try:
        installation.start("plugin.remote_host", ["resolve"])
    except Exception:
        log.exception("The panel cannot be started")
        # Resolve's console, Workspace ▸ Console, is the one place where a script can say something.
        print(f"Superwhite cannot be started. See {installation.log('resolve')}.")  # noqa: T201
        return False
    return True
