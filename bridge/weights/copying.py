"""Bringing a set from a folder of this machine: a drive that somebody has carried here, another program's cache."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import RequestError, WeightsMissing
from bridge.engines.ltx.weights import Manifest, ManifestFile

from .catalogue import WeightFile, WeightSet
from .fetching import Progress, Tell, find_present, finish, marked
from .folder import changing, demand_space, part_of, take_place
from .identity import Digest, digest_of, is_file

_MOST_FILES = 500_000
_LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md")
_LARGEST_TEXT = 256 * 1024


@dataclass(frozen=True)
class Found:
    """What a folder holds that could belong to a set: paths by size; and sizes by how the paths end."""

    by_size: dict[int, list[Path]]
    by_name: dict[str, set[int]]


def bring(wanted: WeightSet, folder: Path, source: Path, tell: Tell) -> Manifest:
    """Take what `folder` lacks of a set from `source`, in whatever order and under whatever names it lies there: files
    are known by their bytes. On the drive of `folder` they become links to the same bytes, else copies.

    `source` stays as it is. Raises `WeightsMissing` with what is not there; what is, is kept. Otherwise as `fetch`.
    """
    if not source.is_dir():
        raise RequestError(f"{source} is not a folder.")
    found = _look(source, {each.size for each in wanted.files}, {each.path for each in wanted.files})
    with changing(folder):
        present = find_present(wanted, folder, tell)
        missing = [each for each in wanted.files if each.path not in present]
        demand_space(folder, sum(_copied(each, found, folder) for each in missing))
        for each in missing:
            if mark := _take(each, found, folder, tell):
                present[each.path] = mark
        if absent := [each for each in wanted.files if each.path not in present]:
            raise WeightsMissing(
                f"{len(absent)} of the {len(wanted.files)} files are not in {source}: "
                + "; ".join(_described(each, found) for each in absent[:5])
                + ("; …" if len(absent) > 5 else "."),
                remedy="What is there was taken. Give the same command again with a folder that holds the rest.",
            )
        return finish(wanted, folder, present)


def find_licence_text(source: Path) -> bytes | None:
    """The text that lies beside the weights in `source`, where one does."""
    for name in _LICENCES:
        path = source / name
        if path.is_file() and path.stat().st_size <= _LARGEST_TEXT:
            return path.read_bytes()
    return None


def _look(source: Path, sizes: set[int], names: set[str]) -> Found:
    by_size: dict[int, list[Path]] = defaultdict(list)
    by_name: dict[str, set[int]] = defaultdict(set)
    seen = 0
    for inside, _, files in os.walk(source):
        for name in sorted(files):
            seen += 1
            if seen > _MOST_FILES:
                raise RequestError(f"{source} holds more than {_MOST_FILES:,} files: name a folder within it.")
            path = Path(inside) / name
            try:
                size = path.stat().st_size
            except OSError:  # a link that leads nowhere
                continue
            if size in sizes:
                by_size[size].append(path)
            for ending in (name, f"{path.parent.name}/{name}"):
                if ending in names:
                    by_name[ending].add(size)
    return Found(by_size, by_name)


def _take(file: WeightFile, found: Found, folder: Path, tell: Tell) -> ManifestFile | None:
    name = Path(file.path).name
    # Those of the right name first: reading large files that cannot be it takes long.
    for path in sorted(found.by_size.get(file.size, []), key=lambda each: each.name != name):
        part = part_of(folder, file)
        part.unlink(missing_ok=True)
        real = path.resolve()
        try:
            os.link(real, part)
            digest = _read(part, file, tell)
        except OSError:  # another drive, or one that knows no links
            digest = _copy(real, part, file, tell)
        if is_file(file, digest):
            take_place(part, folder / file.path)
            return marked(file, digest, file.revision)
        part.unlink()
    return None


def _read(path: Path, file: WeightFile, tell: Tell) -> Digest:
    return digest_of(path, lambda done: tell(Progress("checking", file.path, done, file.size)))


def _copy(source: Path, part: Path, file: WeightFile, tell: Tell) -> Digest:
    """The copy is what is read: what a drive has made of it counts."""
    tell(Progress("copying", file.path, 0, file.size))
    shutil.copyfile(source, part)
    tell(Progress("copying", file.path, file.size, file.size))
    return _read(part, file, tell)


def _copied(file: WeightFile, found: Found, folder: Path) -> int:
    """Bytes that a file takes on the drive of `folder`."""
    drive = folder.stat().st_dev
    places = found.by_size.get(file.size, [])
    return file.size if places and all(each.stat().st_dev != drive for each in places) else 0


def _described(file: WeightFile, found: Found) -> str:
    sizes = found.by_name.get(file.path, set())
    if file.size in sizes:
        return f"{file.path} (it has other bytes there)"
    if len(sizes) == 1:
        return f"{file.path} (it has {next(iter(sizes)):,} bytes there, not {file.size:,})"
    return file.path
