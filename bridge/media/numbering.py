"""Which files make up an image sequence, from one of its files, a pattern or a folder."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import FramesMissing, MediaMissing, MediaUnreadable
from bridge.domain.media import STILL_SUFFIXES

# Longer runs of digits are dates and serial numbers of capture programs rather than frame numbers.
_NUMBERED = re.compile(r"(?P<head>(?:.*\D)?)(?P<digits>\d{1,12})(?P<tail>\.[^.]+)", re.DOTALL)
_PRINTF = re.compile(r"(?P<head>(?:[^%]|%%)*)%(?:0(?P<width>\d{1,2}))?d(?P<tail>(?:[^%]|%%)*)", re.DOTALL)
_HASHES = re.compile(r"(?P<head>[^#]*)(?P<hashes>#+)(?P<tail>[^#]*)", re.DOTALL)
_BRACKET = re.compile(r"(?P<head>.*)\[(?P<first>\d{1,12})-(?P<last>\d{1,12})\](?P<tail>[^\[\]]*)", re.DOTALL)


@dataclass(frozen=True)
class Files:
    """Numbered files `head` + number with at least `width` digits + `tail`; `numbers` are those that exist, ascending.

    `first` and `last`, both included, bound the sequence. Where `width` is 0 the one file bears no number.
    """

    folder: Path
    head: str
    tail: str
    width: int
    first: int
    last: int
    numbers: tuple[int, ...]

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def path(self, number: int) -> Path:
        return self.folder / (
            f"{self.head}{number:0{self.width}d}{self.tail}" if self.width else self.head + self.tail
        )

    @property
    def pattern(self) -> Path:
        """The printf pattern; for a file without a number, its path."""
        if not self.width:
            return self.path(0)
        head, tail = (part.replace("%", "%%") for part in (self.head, self.tail))
        return self.folder / f"{head}%{f'0{self.width}' if self.width > 1 else ''}d{tail}"

    def check_whole(self, start: int, end: int) -> None:
        """Raises `FramesMissing` unless every number in `[start, end)` exists."""
        holes: list[str] = []
        expected = start
        there = self.numbers[bisect_left(self.numbers, start) : bisect_left(self.numbers, end)]
        for number in (*there, end):
            if number > expected:
                holes.append(str(expected) if number == expected + 1 else f"{expected}-{number - 1}")
            expected = number + 1
        if holes:
            total = end - start - len(there)
            shown = ", ".join(holes[:20]) + (" and more" if len(holes) > 20 else "")
            raise FramesMissing(
                f"“{self.pattern.name}” lacks {'frame' if total == 1 else f'{total} frames'}: {shown}.",
                detail=f"Looked in {self.folder} for {self.path(start).name} to {self.path(end - 1).name}.",
            )


def files_at(path: Path) -> Files | None:
    """The image sequence that `path` names by one of its files, by `%04d`, `####` or `[1001-1048]`, or by its folder.

    None where `path` is not about still pictures. Raises `MediaMissing` for a pattern that no file fits and
    `MediaUnreadable` for a folder that does not hold exactly one sequence.
    """
    if path.is_dir():
        return _only_sequence_in(path)
    if path.suffix.lower() not in STILL_SUFFIXES:
        return None
    if path.is_file():
        return _around(path)
    return _by_pattern(path)


def _around(path: Path) -> Files:
    match = _NUMBERED.fullmatch(path.name)
    if match is None:
        return Files(path.parent, path.stem, path.suffix, 0, 0, 0, (0,))
    head, digits, tail = match["head"], match["digits"], match["tail"]
    siblings = _listing(path.parent).get((head, tail), set())
    # 1001 does not tell whether its numbers are padded, 0999 beside it does.
    padded = [digits] if digits.startswith("0") else [text for text in siblings if _fits(text, digits)]
    width = max(map(len, padded), default=1)
    numbers = _fitting(siblings, width)
    return Files(path.parent, head, tail, width, numbers[0], numbers[-1], numbers)


def _fits(text: str, digits: str) -> bool:
    """Whether `text`, being padded with zeros, can belong with `digits`, which is not."""
    return text.startswith("0") and 1 < len(text) <= len(digits)


def _by_pattern(path: Path) -> Files | None:
    first = last = None
    if match := _BRACKET.fullmatch(path.name):
        head, tail = match["head"], match["tail"]
        first, last = int(match["first"]), int(match["last"])
        width = len(match["first"]) if len(match["first"]) == len(match["last"]) else 1
    elif match := _HASHES.fullmatch(path.name):
        head, tail, width = match["head"], match["tail"], len(match["hashes"])
    elif match := _PRINTF.fullmatch(path.name):
        head, tail = (match[part].replace("%%", "%") for part in ("head", "tail"))
        width = int(match["width"] or 1)
    else:
        return None
    numbers = _fitting(_listing(path.parent).get((head, tail), set()), width)
    if first is not None and last is not None:
        if last < first:
            raise MediaMissing(f"“{path.name}” ends before it begins.", remedy="Write the lower frame number first.")
        numbers = tuple(number for number in numbers if first <= number <= last)
    if not numbers:
        raise MediaMissing(f"No file in {path.parent} fits “{path.name}”.")
    return Files(
        path.parent,
        head,
        tail,
        width,
        numbers[0] if first is None else first,
        numbers[-1] if last is None else last,
        numbers,
    )


def _only_sequence_in(folder: Path) -> Files:
    listing = _listing(folder)
    if len(listing) != 1:
        raise MediaUnreadable(
            f"“{folder.name}” is a folder that holds {len(listing) or 'no'} image sequences.",
            remedy="Name a movie or one frame of an image sequence.",
        )
    ((head, tail), texts), *_ = listing.items()
    return _around(folder / f"{head}{min(texts)}{tail}")


def _listing(folder: Path) -> dict[tuple[str, str], set[str]]:
    """Numbered stills of a folder: by head and tail, the digits of each. Hidden files are not looked at."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise MediaMissing(f"The folder {folder} cannot be listed.", detail=str(error)) from error
    for name in names:
        match = _NUMBERED.fullmatch(name)
        if match and not name.startswith(".") and match["tail"].lower() in STILL_SUFFIXES:
            found[match["head"], match["tail"]].add(match["digits"])
    return found


def _fitting(texts: set[str], width: int) -> tuple[int, ...]:
    return tuple(sorted(int(text) for text in texts if text == f"{int(text):0{width}d}"))
