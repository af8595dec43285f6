"""Media, clips and bins."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

ACES = [
    "scene_linear (ACES - ACEScg)",
    "compositing_linear (ACES - ACEScg)",
    "ACES - ACES2065-1",
    "ACES - ACEScg",
    "Utility - Linear - sRGB",
    "Utility - Linear - Rec.2020",
    "Output - Rec.709",
    "Utility - Rec.709 - Display",
]
NUKE_DEFAULT = ["linear", "sRGB", "rec709", "Cineon", "Gamma2.2", "Gamma2.4", "scene_linear (linear)"]

_numbers = itertools.count(1)
_MOVIES = (".mov", ".mp4", ".mxf")


def new_guid() -> str:
    return f"{{guid-{next(_numbers):04d}}}"


class Null:
    """What Hiero answers with where others answer None is an object that says so of itself."""

    def isNull(self) -> bool:
        return True


class TimeBase:
    def __init__(self, numerator: int, denominator: int = 1) -> None:
        self._numerator, self._denominator = numerator, denominator

    def toRational(self) -> tuple[int, int]:
        return self._numerator, self._denominator

    def isNTSC(self) -> bool:
        return self._denominator == 1001

    def toInt(self) -> int:
        return round(self._numerator / self._denominator)


class DataCollection:
    def __init__(self, values: dict[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def hasKey(self, key: str) -> bool:
        return key in self._values

    def value(self, key: str) -> str:
        if key not in self._values:
            raise RuntimeError(f"no key {key}")
        return self._values[key]

    def setValue(self, key: str, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError("values are text")
        self._values[key] = value


class Tag:
    def __init__(self, name: str) -> None:
        self._name = name
        self._metadata = DataCollection()
        self._visible = True

    def name(self) -> str:
        return self._name

    def metadata(self) -> DataCollection:
        return self._metadata

    def setVisible(self, visible: bool) -> None:
        self._visible = visible

    def _copy(self) -> Tag:
        made = Tag(self._name)
        made._metadata = DataCollection(self._metadata._values)
        return made


class MediaFileInfo:
    def __init__(self, filename: str, start: int) -> None:
        self._filename, self._start = filename, start

    def filename(self) -> str:
        return self._filename

    def startFrame(self) -> int:
        return self._start


class MediaSource:
    """`movies` maps paths to frames; sequences are found on the drive."""

    movies: ClassVar[dict[str, int]] = {}

    def __init__(self, path: str) -> None:
        if "%" in path:
            raise RuntimeError("numbers are hashes")
        self._path = path
        self._metadata: dict[str, str] = {}
        self._fragments = 1
        self._null = not path
        numbers = self._numbers()
        self._first, self._frames = (numbers[0], len(numbers)) if numbers else (0, MediaSource.movies.get(path, 0))

    def _numbers(self) -> list[int]:
        if "#" not in self._path:
            return []
        head, _, tail = re.sub(r"#+", "\0", Path(self._path).name).partition("\0")
        numbered = re.compile(f"{re.escape(head)}(\\d+){re.escape(tail)}")
        files = Path(self._path).parent.iterdir() if Path(self._path).parent.is_dir() else []
        return sorted(int(match[1]) for file in files if (match := numbered.fullmatch(file.name)))

    def isNull(self) -> bool:
        return self._null

    def isMediaPresent(self) -> bool:
        return bool(self._numbers()) if "#" in self._path else Path(self._path).is_file()

    def singleFile(self) -> bool:
        return "#" not in self._path

    def duration(self) -> int:
        return self._frames

    def fileinfos(self) -> list[MediaFileInfo]:
        last = self._first + self._frames - 1
        name = f"{self._path} ({self._first}-{last})" if "#" in self._path else self._path
        return [MediaFileInfo(name, self._first)] * self._fragments

    def metadata(self) -> DataCollection:
        return DataCollection(self._metadata)


@dataclass
class ClipData:
    media: MediaSource
    name: str
    guid: str = field(default_factory=new_guid)
    rate: TimeBase = field(default_factory=lambda: TimeBase(24))
    colour: str = "default"
    fixed: bool = False
    """A colour that no script changes."""
    bin_item: Any = None
    listed: list[str] = field(default_factory=lambda: list(ACES))


class Clip:
    def __init__(self, mediaSource: MediaSource | ClipData) -> None:
        self._data = (
            mediaSource if isinstance(mediaSource, ClipData) else ClipData(mediaSource, Path(mediaSource._path).stem)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clip) and other._data is self._data

    def __hash__(self) -> int:
        return id(self._data)

    def guid(self) -> str:
        return self._data.guid

    def name(self) -> str:
        return self._data.name

    def setName(self, name: str) -> None:
        self._data.name = name

    def mediaSource(self) -> MediaSource:
        return self._data.media

    def sourceIn(self) -> int:
        return 0 if self._data.media.singleFile() else self._data.media._first

    def framerate(self) -> TimeBase:
        return self._data.rate

    def binItem(self) -> BinItem | None:
        return self._data.bin_item

    def getAvailableOcioColourTransforms(self) -> list[str]:
        """Known to a project's clips only."""
        return list(self._data.listed) if self._data.bin_item is not None else []

    def sourceMediaColourTransform(self) -> str:
        return self._data.colour

    def setSourceMediaColourTransform(self, colourTransform: str) -> None:
        if colourTransform in self._data.listed and not self._data.fixed:  # anything else is dropped without a word
            self._data.colour = colourTransform


class BinItem:
    def __init__(self, item: Clip) -> None:
        self._item = item
        self._guid = new_guid()
        self._parent: Bin | None = None
        item._data.bin_item = self

    def guid(self) -> str:
        return self._guid

    def name(self) -> str:
        return self._item.name()

    def activeItem(self) -> Clip:
        return Clip(self._item._data)

    def parentBin(self) -> Bin | None:
        return self._parent

    def removeVersion(self, version: object) -> None:
        raise AssertionError("hangs")


class Bin:
    def __init__(self, name: str) -> None:
        self._name = name
        self._bins: list[Bin] = []
        self._items: list[BinItem] = []

    def name(self) -> str:
        return self._name

    def bins(self) -> tuple[Bin, ...]:
        return tuple(self._bins)

    def clips(self) -> tuple[BinItem, ...]:
        return tuple(self._items)

    def addItem(self, item: BinItem | Bin) -> object:
        if isinstance(item, Bin):
            self._bins.append(item)
        else:
            self._items.append(item)
            item._parent = self
        return item

    def removeItem(self, item: BinItem) -> object:
        if item not in self._items:
            raise RuntimeError("not in this bin")
        self._items.remove(item)
        item._parent = None
        return item
