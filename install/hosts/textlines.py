"""A text file of somebody else's, in bytes: whatever its encoding and its line ends, nothing else in it is touched."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = rb"(?:\r\n|\n|\r)"


@dataclass(frozen=True)
class TextLines:
    content: bytes

    @property
    def end(self) -> str:
        """The line end that the file uses first; that of Unix where it has none."""
        match = re.search(_END, self.content)
        return match[0].decode("ascii") if match else "\n"

    @property
    def missing_end(self) -> str:
        """What has to stand before a line that is added at the end."""
        return self.end if self.content and not self.content.endswith((b"\n", b"\r")) else ""

    def has(self, line: str) -> bool:
        return self._find(line) is not None

    def with_line(self, line: str) -> bytes:
        return self.content + (self.missing_end + line + self.end).encode("ascii")

    def without_line(self, line: str, separator: str) -> bytes | None:
        """The exact bytes from before `with_line`, which had to add `separator`; and with what the user has written
        around the line since then. None where the line is not there.
        """
        match = self._find(line)
        if match is None:
            return None
        head, tail = self.content[: match.start("line")], self.content[match.end() :]
        if separator and not tail:
            head = re.sub(_END + rb"\Z", b"", head)
        return head + tail

    def _find(self, line: str) -> re.Match[bytes] | None:
        pattern = rb"(?:\A|(?<=[\r\n]))(?P<line>" + re.escape(line.encode("ascii")) + rb")(?:\r\n|\n|\r|\Z)"
        return re.search(pattern, self.content)
