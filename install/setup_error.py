"""Why a set-up cannot go on. Standard library only."""

from __future__ import annotations


class SetupError(Exception):
    """Set-up cannot go on. `sentence` says why, `remedy` what to do."""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class NoRoom(SetupError):
    """The drive is too full."""
