"""The environment of processes that an editing application starts, which must not run on its libraries.

Loaded inside the interpreters of hosts, as `bridge.domain.host` is: standard library only, Python 3.9 syntax.
"""

from __future__ import annotations

import os

OUR_PYTHON = "SUPERWHITE_PYTHON"
"""Names the interpreter of our own environment to what runs inside a host, where `sys.executable` is the host."""


def without_hosts() -> dict[str, str]:
    """This process's environment without what a host sets for its own Python, Qt and libraries: it would break ours."""
    return {name: value for name, value in os.environ.items() if not _is_hosts(name)}


def _is_hosts(name: str) -> bool:
    return name.startswith(("PYTHON", "QT_", "QML", "LD_", "DYLD_")) or name == "VIRTUAL_ENV"
