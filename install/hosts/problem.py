"""Why something cannot be installed or removed."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Literal

Kind = Literal["missing", "unwritable", "full", "foreign", "busy"]


class InstallProblem(Exception):
    """`sentence` says what is wrong, `remedy` what to do; nothing was left half done unless it says so."""

    def __init__(self, kind: Kind, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.kind: Kind = kind
        self.sentence = sentence
        self.remedy = remedy


def explained(error: OSError, place: Path) -> InstallProblem:
    """What a failure of the file system at `place` means."""
    where = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else place
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return InstallProblem("full", f"There is no space left for {where}.", "Free some space, then try again.")
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return InstallProblem(
            "foreign", f"Something is in the way at {where}: a file where a folder belongs, or the other way round."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InstallProblem(
            "unwritable", f"{where} cannot be written to.", "Run this as a user who may write there, or ask for it."
        )
    return InstallProblem("unwritable", f"{where} cannot be written to: {os.strerror(error.errno or 0)}.")
