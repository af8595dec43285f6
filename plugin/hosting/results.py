"""The files of a result that is to be placed."""

from __future__ import annotations

from pathlib import Path

from bridge.domain.host import HostFailure, Result


def demand_files(result: Result) -> list[Path]:
    """All its files in their order. Raises `HostFailure` where one is not there. Not for a host's main thread."""
    folder = Path(result.directory)
    if result.is_movie:
        names = [result.pattern]
    else:
        names = [result.pattern % number for number in range(result.first, result.last + 1)]
    try:
        there = {path.name for path in folder.iterdir()}
    except OSError:
        there = set()
    missing = [name for name in names if name not in there]
    if missing:
        raise HostFailure(
            f"“{folder.name}” is not where it was written.",
            remedy="Reconnect the drive, or lift the clip again.",
            detail=f"{folder}: {missing[0]}{f' and {len(missing) - 1} more' if missing[1:] else ''}",
        )
    return [folder / name for name in names]
