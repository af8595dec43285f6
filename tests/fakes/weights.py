"""Sets of weights for tests: the files of the tiny model under the names of the real ones, at a fake hub."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from bridge.weights import catalogue
from bridge.weights.catalogue import HDR, WeightFile, WeightSet

from .hub import FakeHub, blob_of, pointer_of


def tiny_set(folder: Path) -> WeightSet:
    """The HDR set with the files in `folder`, which `make_tiny` has made, some known by git's names alone."""
    files: list[WeightFile] = []
    real = {each.path: each for each in HDR.files}
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.name != "superwhite-model.json"):
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        repo = real[name].repo if name in real else "diffusers/LTX-2.3-Distilled-Diffusers"
        large = len(data) > 10_000
        known = (
            {"sha256": hashlib.sha256(data).hexdigest()}
            if "/" not in name
            else {"blob": blob_of(pointer_of(data) if large else data)}
        )
        files.append(WeightFile(repo, name, len(data), gated=repo.endswith("HDR"), **known))
    return replace(HDR, files=tuple(files))


def publish(hub: FakeHub, wanted: WeightSet, folder: Path) -> None:
    for each in wanted.files:
        hub.add(each.repo, each.path, (folder / each.path).read_bytes(), gated=each.gated)
    hub.add(wanted.licence.repo, wanted.licence.path, b"The text of the licence.\n")


def copy_set(wanted: WeightSet, folder: Path, to: Path) -> None:
    for each in wanted.files:
        (to / each.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / each.path, to / each.path)


def save_catalogue(wanted: WeightSet, path: Path) -> None:
    path.write_text(json.dumps([vars(each) for each in wanted.files]))


def main() -> int:
    """`python -m tests.fakes.weights ARGUMENTS`: the command `superwhite`, where the catalogue of `FAKE_CATALOGUE`
    takes the place of the HDR set's, and the backend `FAKE_LTX` that of the local GPU's.
    """
    files = tuple(WeightFile(**each) for each in json.loads(Path(os.environ["FAKE_CATALOGUE"]).read_text()))
    catalogue.SETS[HDR.name] = replace(HDR, files=files)
    import plugin.terminal.main as terminal
    from plugin.terminal import models

    if "models" not in {group.name for group in terminal.app.registered_groups}:
        terminal.app.add_typer(models.app, name="models")
    models.BACKEND = os.environ.get("FAKE_LTX", models.BACKEND)
    return terminal.main()


if __name__ == "__main__":
    sys.exit(main())
