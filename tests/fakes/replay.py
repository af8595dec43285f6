"""A line that answers as a transcript says, to whoever says the same as then."""

from __future__ import annotations

import json
from pathlib import Path

from plugin.hosting.wire import pack, unpack


class Replay:
    def __init__(self, path: Path) -> None:
        self._entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def send(self, line: bytes) -> None:
        message, entry = unpack(line), self._entries.pop(0)
        if "hello" in message:
            message["hello"].pop("token")
        assert message == entry["sent"]

    def receive(self, seconds: float) -> bytes:
        return pack(self._entries.pop(0)["received"])

    def close(self) -> None:
        assert self._entries == []

    drop = close

    def last_words(self) -> str:
        return ""
