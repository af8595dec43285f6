"""A keyring in a file, with the habits of real ones: locked, broken, or waiting for its user."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FileRing(KeyringBackend):
    """Chosen by PYTHON_KEYRING_BACKEND. RING_FILE is where it keeps things, RING_TRAP what it does instead."""

    priority = 1  # pyright: ignore[reportAssignmentType]

    def _open(self) -> dict[str, str]:
        trap = os.environ.get("RING_TRAP")
        if trap == "locked":
            raise KeyringLocked("Unlock it first.")
        if trap == "broken":
            raise RuntimeError("org.freedesktop.DBus.Error with the key 0123456789abcdef in it")
        if trap == "slow":
            time.sleep(600)
        path = Path(os.environ["RING_FILE"])
        return json.loads(path.read_text()) if path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._open().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = self._open() | {f"{service}/{username}": password}
        Path(os.environ["RING_FILE"]).write_text(json.dumps(kept))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._open()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("There is none.")
        Path(os.environ["RING_FILE"]).write_text(json.dumps(kept))
