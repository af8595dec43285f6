"""What is known of an application that was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FoundHost:
    """`folder` is where this user's scripts of it lie; it may not be there yet. `program` is none where only that
    folder shows that the application is used here. What is not visible on the disk is empty.
    """

    host: str
    title: str
    folder: Path
    program: Path | None = None
    version: str = ""
    edition: str = ""
    python: str = ""
    qt: str = ""

    @property
    def name(self) -> str:
        return f"{self.title} {self.version}".strip()

    @property
    def number(self) -> tuple[int, ...]:
        """`version` for comparisons: its leading numbers."""
        return version_number(self.version)


def version_number(version: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for part in version.replace("v", ".").split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
