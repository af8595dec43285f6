"""What was said on a line to a host, in a file: what an application has answered can be read, and played again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any


class Transcript:
    """Adds a line of JSON to `path` for each message: `at` in seconds since the first, and `sent` or `received`.

    Raises `OSError` where the file cannot be written. Tokens are left out.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._began = time.monotonic()

    def sent(self, message: dict[str, Any]) -> None:
        if "hello" in message:
            message = {"hello": {key: value for key, value in message["hello"].items() if key != "token"}}
        self._add({"sent": message})

    def received(self, message: dict[str, Any]) -> None:
        self._add({"received": message})

    def close(self) -> None:
        self._file.close()

    def _add(self, entry: dict[str, Any]) -> None:
        at = round(time.monotonic() - self._began, 3)
        self._file.write(json.dumps({"at": at, **entry}) + "\n")
        self._file.flush()
