"""Bringing a set from a hub: checked before, resumed where it was, whole or not there."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bridge.domain.errors import (
    EndpointUnreachable,
    HubRefused,
    ResultGone,
    ResultUnusable,
    SuperwhiteError,
    WeightsDamaged,
)
from bridge.engines.ltx.weights import MANIFEST, Manifest, ManifestFile, read_manifest
from bridge.media.storage import write_atomic
from bridge.net.patience import Patience
from bridge.net.service import Service
from bridge.net.transfer import Changed, Download, Validator

from .catalogue import WeightFile, WeightSet
from .folder import changing, demand_space, part_of, remove_parts, size_of, take_place
from .hub import Hub, Listing
from .identity import Digest, digest_of, is_file
from .state import demand_whole

_TOLD_EVERY = 0.1
_ATTEMPTS = 3


@dataclass(frozen=True)
class Progress:
    """`done` of the `total` bytes of one file are fetched, or checked, or copied."""

    stage: Literal["fetching", "checking", "copying"]
    path: str
    done: int
    total: int


Tell = Callable[[Progress], None]


async def fetch(wanted: WeightSet, folder: Path, hub: Hub, tell: Tell, *, patience: float = 120.0) -> Manifest:
    """Bring into `folder` what it lacks of a set, and write its manifest. `patience` is how many seconds of failures it
    takes to give up.

    When it ends early, by an error, a cancel or a power cut, what is there is kept, and the next call goes on. Raises
    `HubRefused`, `EndpointUnreachable`, `WeightsDamaged`, `WeightsMismatched`, `RequestError`, `OutputError`s.
    """
    with changing(folder), _stopping() as stopped:
        watched = _watched(tell, stopped)
        present = await asyncio.to_thread(find_present, wanted, folder, watched)
        missing = [each for each in wanted.files if each.path not in present]
        demand_space(folder, sum(each.size - size_of(part_of(folder, each)) for each in missing))
        if missing:
            commits = await _look_up(hub, missing)
            async with await hub.line() as line:
                for each in missing:
                    bringing = _Bringing(each, folder, hub, line, commits[each.repo, each.revision], patience)
                    present[each.path] = await bringing.run(watched)
        return finish(wanted, folder, present)


def find_present(wanted: WeightSet, folder: Path, tell: Tell) -> dict[str, ManifestFile]:
    """The files that are there and right. What the manifest vouches for is taken at its word, the rest is read."""
    try:
        vouched = {each.path: each for each in read_manifest(folder).files}
    except SuperwhiteError:
        vouched = {}
    present: dict[str, ManifestFile] = {}
    for each in wanted.files:
        path = folder / each.path
        if size_of(path) != each.size:
            continue
        mark = vouched.get(each.path)
        if mark and is_file(each, Digest(mark.size, mark.sha256)):
            present[each.path] = mark
            continue
        digest = digest_of(path, lambda done, each=each: tell(Progress("checking", each.path, done, each.size)))
        if is_file(each, digest):
            present[each.path] = marked(each, digest, each.revision)
    return present


def marked(file: WeightFile, digest: Digest, revision: str) -> ManifestFile:
    return ManifestFile(path=file.path, size=digest.size, sha256=digest.sha256, repo=file.repo, revision=revision)


def finish(wanted: WeightSet, folder: Path, present: dict[str, ManifestFile]) -> Manifest:
    """Write the manifest of a set that is whole. Raises what `demand_whole` does, and `OutputError`s."""
    manifest = Manifest(
        set=wanted.name,
        generation=wanted.generation,
        files=tuple(present[each.path] for each in wanted.files),
        checked=datetime.now(UTC).replace(microsecond=0),
    )
    write_atomic(folder / MANIFEST, manifest.model_dump_json(indent=2).encode())
    demand_whole(folder, wanted)
    for each in wanted.files:
        damaged = folder / f"{each.path}.damaged"
        damaged.unlink(missing_ok=True)
    remove_parts(folder)
    return manifest


async def _look_up(hub: Hub, missing: Sequence[WeightFile]) -> dict[tuple[str, str], str]:
    """The commits that the revisions stand for. Raises `HubRefused` where a file is another there, or not for this
    account: all of that before the first byte is fetched.
    """
    listings: dict[tuple[str, str], Listing] = {}
    for each in missing:
        if (each.repo, each.revision) not in listings:
            listings[each.repo, each.revision] = await hub.listing(each.repo, each.revision)
        _demand_listed(hub, each, listings[each.repo, each.revision])
    for (repo, revision), listing in listings.items():
        first = next(each for each in missing if (each.repo, each.revision) == (repo, revision))
        await hub.demand_access(repo, listing.commit, first.path)
    return {at: listing.commit for at, listing in listings.items()}


def _demand_listed(hub: Hub, file: WeightFile, listing: Listing) -> None:
    listed = listing.files.get(file.path)
    if listed is None:
        raise HubRefused(
            f"{hub.host} has no {file.path} in {file.repo} any more.",
            remedy="A newer version of Superwhite may know where it is now; --from FOLDER takes a copy.",
        )
    told = ((listed.size, file.size), (listed.sha256, file.sha256), (listed.blob, file.blob))
    if any(there not in (-1, "") and known and there != known for there, known in told):
        raise HubRefused(
            f"{file.path} in {file.repo} is not the file that this version of Superwhite knows.",
            remedy="A newer version of Superwhite may know it; --from FOLDER takes a copy of the old one.",
        )


@dataclass
class _Bringing:
    """One file on its way."""

    file: WeightFile
    folder: Path
    hub: Hub
    line: Service
    commit: str
    patience: float

    async def run(self, tell: Tell) -> ManifestFile:
        part = part_of(self.folder, self.file)
        for last in (False,) * (_ATTEMPTS - 1) + (True,):
            await self._download(part, tell)
            digest = await asyncio.to_thread(
                digest_of, part, lambda done: tell(Progress("checking", self.file.path, done, self.file.size))
            )
            if is_file(self.file, digest):
                await asyncio.to_thread(take_place, part, self.folder / self.file.path)
                return marked(self.file, digest, self.commit)
            part.unlink()
            if last:
                raise WeightsDamaged(
                    f"{self.hub.host} gives something else than {self.file.path}: it came {_ATTEMPTS} times, and "
                    "never had the bytes that are known.",
                    remedy="Try again later or another HF_ENDPOINT; a proxy on the way may change what it passes on.",
                )
        raise AssertionError("the last attempt returns or raises")

    async def _download(self, part: Path, tell: Tell) -> None:
        size, told = self.file.size, 0.0

        async def keep(_: Validator) -> None: ...

        async def hear(have: int, _: int | None) -> None:
            nonlocal told
            if have == size or time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                tell(Progress("fetching", self.file.path, have, size))

        for attempt in range(_ATTEMPTS):
            # The bytes are known by their hash, so pieces of two servers, whose tags differ, may be joined.
            known = Validator(size=size) if size_of(part) else None
            url = self.hub.url(self.file.repo, self.commit, self.file.path)
            try:
                await Download(self.line, url, part, known, size, Patience(self.patience), keep, hear).run()
                return
            except Changed:
                if attempt:
                    await asyncio.to_thread(part.unlink, missing_ok=True)
            except ResultGone as error:
                raise self.hub.refusal(self.file.repo, f"it refuses {self.file.path}") from error
            except ResultUnusable as error:
                await asyncio.to_thread(part.unlink, missing_ok=True)
                raise HubRefused(
                    f"{self.hub.host} gives something else than {self.file.path}.",
                    detail=error.sentence,
                    remedy="Try again later, or another HF_ENDPOINT.",
                ) from error
            except EndpointUnreachable as error:
                error.remedy = "Check the network, then give the same command again: it goes on where it was."
                raise
        raise EndpointUnreachable(f"{self.hub.host} does not give {self.file.path} twice in the same way.")


class _Stopped(Exception):
    """Whoever waited for this has left."""


@contextmanager
def _stopping() -> Generator[threading.Event]:
    """An event that is set as the block is left: threads that read on would hold up the end of the process."""
    stopped = threading.Event()
    try:
        yield stopped
    finally:
        stopped.set()


def _watched(tell: Tell, stopped: threading.Event) -> Tell:
    def watched(progress: Progress) -> None:
        if stopped.is_set():
            raise _Stopped
        tell(progress)

    return watched
