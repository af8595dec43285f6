"""Putting launchers into hosts, and taking them out again, so that every file is afterwards as it was before."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from .condition import digest, is_ours, read_if_there
from .docked import Docking, remove
from .launchers import LINE_MARK, MARK
from .manifest import (
    INSTALLED,
    INSTALLING,
    REMOVING,
    Entry,
    FileEntry,
    LineEntry,
    Manifest,
    alone,
    forget_manifest,
    part_of,
    read_manifest,
    write_manifest,
    write_whole,
)
from .pieces import FINDERS, OwnFile, OwnLine, Piece
from .problem import InstallProblem, explained
from .textlines import TextLines

Deed = Literal[
    "written",
    "line added",
    "as it was",
    "edited by hand, left",
    "removed",
    "line taken out",
    "put back",
    "not there",
]


@dataclass(frozen=True)
class Done:
    """What became of one file."""

    path: Path
    deed: Deed


@dataclass(frozen=True)
class Outcome:
    """`undocked` says why the libraries with which a panel docks are not there."""

    done: tuple[Done, ...]
    docked: Path | None = None
    undocked: InstallProblem | None = None


def install(host: str, pieces: Sequence[Piece], state: Path, docking: Docking | None = None) -> Outcome:
    """Put `pieces` there, and take away what an earlier version has put elsewhere. What is as it should be is left.

    All or nothing, but for the libraries of `docking`: without them the panel opens in a window. Raises
    `InstallProblem`.
    """
    with alone(state):
        old = read_manifest(state, host)
        entries = [_planned(piece, old) for piece in pieces]
        kept = [each for each in (old.entries if old else ()) if each.path not in {entry.path for entry in entries}]
        folders = _folders_to_make(pieces, old)
        docked = docking.folder if docking else old.docked if old else None
        manifest = Manifest(host, INSTALLING, (*kept, *entries), folders, docked)
        undo: list[Callable[[], object]] = []
        try:
            write_manifest(state, manifest)
            done = [_put(piece, entry, undo) for piece, entry in zip(pieces, entries, strict=True)]
            undocked = _dock(docking, undo) if docking else None
            done += [_take(entry) for entry in reversed(kept)]
            earlier = old.docked if old else None
            docked = earlier if undocked else docked
            if earlier and earlier != docked:
                remove(earlier)
            settled = tuple(_settled(entry, each.deed) for entry, each in zip(entries, done, strict=False))
            write_manifest(state, replace(manifest, phase=INSTALLED, entries=settled, docked=docked))
        except OSError as error:
            _roll_back(undo, folders, old, state, host)
            raise explained(error, state) from error
        return Outcome(tuple(done), None if undocked else docked, undocked)


def uninstall(host: str, pieces: Sequence[Piece], state: Path, *, dry_run: bool = False) -> Outcome:
    """Take out what is ours and unchanged. Where the manifest is lost, that is what `pieces` would be now.

    What the user has edited stays, and is said. Raises `InstallProblem`; what was begun is then completed by the next
    call.
    """
    unknown = Manifest(host, REMOVING, tuple(_found(each) for each in pieces))
    if dry_run:
        try:
            manifest = read_manifest(state, host) or unknown
            would = [Done(entry.path, _taking(entry)[0]) for entry in reversed(manifest.entries)]
        except OSError as error:
            raise explained(error, state) from error
        return Outcome(tuple(would), manifest.docked)
    with alone(state):
        manifest = read_manifest(state, host) or unknown
        write_manifest(state, replace(manifest, phase=REMOVING))
        done = [_take(entry) for entry in reversed(manifest.entries)]
        if manifest.docked:
            remove(manifest.docked)
        for folder in reversed(manifest.folders):
            _remove_empty(folder)
        _hand_over(manifest, state)
        forget_manifest(state, host)
        return Outcome(tuple(done), manifest.docked)


def _planned(piece: Piece, old: Manifest | None) -> Entry:
    """What is written down of `piece` before it is put there. Raises `InstallProblem` where something is in the way."""
    known = old.entry(piece.path) if old else None
    content = read_if_there(piece.path)
    if isinstance(piece, OwnLine):
        text = TextLines(content or b"")
        if isinstance(known, LineEntry) and LINE_MARK.encode() in text.content:
            return known
        _check_readable(piece, text)
        return LineEntry(piece.path, piece.line, text.missing_end, content is not None)
    wanted = digest(piece.content)
    if isinstance(known, FileEntry):
        if content is not None and not is_ours(content, known) and content != piece.content:
            return known  # edited by hand
        return FileEntry(piece.path, wanted, (*known.earlier, known.sha256), known.before)
    if content is None or content == piece.content:
        return FileEntry(piece.path, wanted)
    if not content.startswith(MARK.encode()):
        raise InstallProblem(
            "foreign",
            f"There is a file {piece.path} that is not Superwhite's.",
            "Move it away or give it another name, then install again.",
        )
    return FileEntry(piece.path, wanted, (digest(content),), content)


def _check_readable(piece: OwnLine, text: TextLines) -> None:
    """UTF-16 and other bytes that Python cannot read, in which a line of ours would make no sense."""
    if b"\x00" in text.content:
        raise InstallProblem("foreign", f"{piece.path} is not a text file.", "Mend it, then install again.")


def _put(piece: Piece, entry: Entry, undo: list[Callable[[], object]]) -> Done:
    part_of(piece.path.resolve()).unlink(missing_ok=True)  # of a run that was killed
    before = read_if_there(piece.path)
    if isinstance(piece, OwnLine):
        text = TextLines(before or b"")
        if text.has(piece.line):
            return Done(piece.path, "as it was")
        if LINE_MARK.encode() in text.content:
            return Done(piece.path, "edited by hand, left")
        content = text.with_line(piece.line)
    else:
        if before == piece.content:
            return Done(piece.path, "as it was")
        if before is not None and isinstance(entry, FileEntry) and not is_ours(before, entry):
            return Done(piece.path, "edited by hand, left")
        content = piece.content
    undo.append(lambda: _restore(piece.path, before))
    piece.path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(piece.path, content)
    return Done(piece.path, "line added" if isinstance(piece, OwnLine) else "written")


def _take(entry: Entry) -> Done:
    part_of(entry.path.resolve()).unlink(missing_ok=True)
    deed, act = _taking(entry)
    act()
    if isinstance(entry, FileEntry) and deed in ("removed", "not there"):
        _forget_compiled(entry.path)
    return Done(entry.path, deed)


def _taking(entry: Entry) -> tuple[Deed, Callable[[], object]]:
    """What is to be done about what lies there, and how."""
    path, content = entry.path, read_if_there(entry.path)
    if content is None:
        return "not there", _nothing
    if isinstance(entry, LineEntry):
        rest = TextLines(content).without_line(entry.line, entry.separator)
        if rest is None:
            return "edited by hand, left" if LINE_MARK.encode() in content else "not there", _nothing
        if not rest and not entry.existed:
            return "removed", path.resolve().unlink
        return "line taken out", lambda: write_whole(path, rest)
    if content == entry.before:
        return "not there", _nothing
    if not is_ours(content, entry):
        return "edited by hand, left", _nothing
    before = entry.before
    return ("removed", path.unlink) if before is None else ("put back", lambda: write_whole(path, before))


def _nothing() -> None: ...


def _settled(entry: Entry, deed: Deed) -> Entry:
    return replace(entry, earlier=()) if isinstance(entry, FileEntry) and deed != "edited by hand, left" else entry


def _dock(docking: Docking, undo: list[Callable[[], object]]) -> InstallProblem | None:
    if not docking.folder.exists():
        undo.append(lambda: remove(docking.folder))
    try:
        docking.bring()
    except InstallProblem as problem:
        return problem
    except OSError as error:
        return explained(error, docking.folder)
    return None


def _hand_over(manifest: Manifest, state: Path) -> None:
    """Leave folders that we made, and another host's launchers still lie in, to whoever is uninstalled last."""
    left = [folder for folder in manifest.folders if folder.is_dir()]
    for host in FINDERS.keys() - {manifest.host}:
        other = read_manifest(state, host)
        theirs = [each for each in left if other and any(entry.path.is_relative_to(each) for entry in other.entries)]
        if other and theirs:
            folders = sorted({*other.folders, *theirs}, key=lambda folder: len(folder.parts))
            write_manifest(state, replace(other, folders=tuple(folders)))


def _found(piece: Piece) -> Entry:
    if isinstance(piece, OwnFile):
        return FileEntry(piece.path, digest(piece.content))
    return LineEntry(piece.path, piece.line)


def _folders_to_make(pieces: Sequence[Piece], old: Manifest | None) -> tuple[Path, ...]:
    """Folders that are not there, and those that were not when we first came; outer ones first."""
    missing = {
        folder for piece in pieces for folder in piece.path.parents if not folder.exists() and not folder.is_symlink()
    }
    return tuple(sorted(missing | set(old.folders if old else ()), key=lambda folder: len(folder.parts)))


def _roll_back(
    undo: list[Callable[[], object]], folders: Sequence[Path], old: Manifest | None, state: Path, host: str
) -> None:
    """As far as the drive lets us: what cannot be undone now stays in the manifest, for `uninstall`."""
    whole = True
    for step in reversed(undo):
        try:
            step()
        except OSError:
            whole = False
    for folder in reversed(folders):
        if old is None or folder not in old.folders:
            _remove_empty(folder)
    if whole:
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            write_manifest(state, old) if old else forget_manifest(state, host)


def _restore(path: Path, before: bytes | None) -> None:
    if before == read_if_there(path):
        return  # on a full drive, it could not be written once more
    if before is None:
        path.resolve().unlink()
    else:
        write_whole(path, before)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not empty: somebody else uses it too
        folder.rmdir()


def _forget_compiled(path: Path) -> None:
    """What Python has made of a launcher, which would be left behind."""
    cache = path.parent / "__pycache__"
    compiled = list(cache.glob(f"{path.stem}.*.pyc")) if cache.is_dir() else []
    for file in compiled:
        file.unlink(missing_ok=True)
    if compiled:
        _remove_empty(cache)
