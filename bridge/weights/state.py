"""How it stands with a set: quickly, by sizes and headers; or thoroughly, byte by byte."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.domain.errors import SuperwhiteError, WeightsDamaged, WeightsMissing
from bridge.domain.settings import BridgeSettings
from bridge.engines.ltx.weights import Manifest, demand_files, open_weights, read_manifest
from bridge.engines.ltx.weights_headers import read_header

from .catalogue import HDR, WeightSet
from .folder import bytes_there, find_set, known_set
from .identity import digest_of
from .licence import licence_accepted


@dataclass(frozen=True)
class SetState:
    """`have` of the set's `size` bytes are there; `sentence` says what is wrong. `accepted` is its licence."""

    name: str
    title: str
    folder: Path
    state: Literal["whole", "partial", "damaged", "missing"]
    have: int
    size: int
    sentence: str = ""
    tiny: bool = False
    accepted: bool = False

    @property
    def usable(self) -> bool:
        return self.state == "whole" and (self.accepted or self.tiny)


def state_of(settings: BridgeSettings, name: str) -> SetState:
    """In milliseconds: no file is read beyond its header. Raises `RequestError` for a set that is not known."""
    wanted, folder = known_set(name), find_set(settings, name)
    have = sum(bytes_there(folder, wanted).values())

    def answer(
        state: Literal["whole", "partial", "damaged", "missing"], sentence: str = "", *, tiny: bool = False
    ) -> SetState:
        accepted = licence_accepted(settings, name)
        return SetState(name, wanted.title, folder, state, have, wanted.size, sentence, tiny, accepted)

    try:
        manifest = demand_whole(folder, wanted)
    except WeightsMissing as error:
        return answer("partial" if have else "missing", error.sentence)
    except SuperwhiteError as error:
        return answer("damaged", error.sentence)
    return answer("whole", tiny=manifest.tiny)


def demand_whole(folder: Path, wanted: WeightSet) -> Manifest:
    """Raises `WeightsMissing`, `WeightsDamaged`, `WeightsMismatched`."""
    manifest = read_manifest(folder)
    demand_files(folder, manifest)
    if wanted.name == HDR.name:
        open_weights(folder)
    else:
        for each in manifest.files:
            if each.path.endswith(".safetensors"):
                read_header(folder / each.path)
    return manifest


def verify_deep(folder: Path, wanted: WeightSet, tell: Callable[[str, int, int], None]) -> list[WeightsDamaged]:
    """Read every byte of a set: what is damaged. `tell` is told of path, bytes read, and size.

    A damaged file is put aside, so that nothing uses it and the next fetch brings it anew. Raises as `demand_whole`
    does where it can be seen without that.
    """
    damaged: list[WeightsDamaged] = []
    for each in demand_whole(folder, wanted).files:
        path = folder / each.path
        try:
            found = digest_of(path, lambda done, each=each: tell(each.path, done, each.size))
        except OSError as error:
            damaged.append(WeightsDamaged(f"{path} cannot be read.", detail=repr(error)))
            continue
        if (found.size, found.sha256) != (each.size, each.sha256):
            with contextlib.suppress(OSError):  # a folder that one may only read: then it stays, and is told
                path.replace(path.with_name(f"{path.name}.damaged"))
            damaged.append(WeightsDamaged(f"{path} is damaged: its bytes are not those that were fetched."))
    return damaged
