"""Weights that somebody has carried here: any layout, known by their bytes; the source stays as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from bridge.domain.errors import DiskFull, RequestError, WeightsMissing
from bridge.engines.ltx.weights import MANIFEST, open_weights
from bridge.weights import folder as places
from bridge.weights.copying import bring, find_licence_text
from tests.fakes.weights import copy_set

VAE = "vae/diffusion_pytorch_model.safetensors"


def listing(folder: Path) -> dict[str, tuple[int, int, str]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            held = path.stat()
            found[str(path)] = (held.st_size, held.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def as_it_is(wanted, tiny, source: Path) -> None:
    copy_set(wanted, tiny, source)


def flat(wanted, tiny, source: Path) -> None:
    """One folder; names that clash are given as a browser gives them."""
    source.mkdir()
    for number, each in enumerate(wanted.files):
        name = Path(each.path).name
        shutil.copy(tiny / each.path, source / (f"{number}-{name}" if (source / name).exists() else name))


def cache(wanted, tiny, source: Path) -> None:
    """As huggingface_hub keeps it: blobs, and links to them."""
    for each in wanted.files:
        model = source / f"models--{each.repo.replace('/', '--')}"
        blob = model / "blobs" / (each.sha256 or each.blob)
        link = model / "snapshots" / ("a" * 40) / each.path
        blob.parent.mkdir(parents=True, exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tiny / each.path, blob)
        link.symlink_to(os.path.relpath(blob, link.parent))


@pytest.mark.parametrize("layout", [as_it_is, flat, cache])
def test_any_layout_will_do_and_stays_as_it_is(wanted, tiny, folder, tmp_path, layout):
    source = tmp_path / "carried"
    layout(wanted, tiny, source)
    (source / "unrelated.bin").write_bytes(bytes(100))
    before = listing(source)
    manifest = bring(wanted, folder, source, lambda _: None)
    assert [each.path for each in manifest.files] == [each.path for each in wanted.files]
    open_weights(folder)
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
    assert listing(source) == before
    shutil.rmtree(source)
    open_weights(folder)


def test_on_one_drive_the_bytes_are_there_once(wanted, tiny, folder, tmp_path):
    copy_set(wanted, tiny, tmp_path / "carried")
    bring(wanted, folder, tmp_path / "carried", lambda _: None)
    assert (folder / VAE).stat().st_ino == (tmp_path / "carried" / VAE).stat().st_ino


def test_where_links_are_not_to_be_had_it_copies(wanted, tiny, folder, tmp_path, monkeypatch):
    copy_set(wanted, tiny, tmp_path / "carried")

    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    told = []
    bring(wanted, folder, tmp_path / "carried", told.append)
    assert (folder / VAE).stat().st_ino != (tmp_path / "carried" / VAE).stat().st_ino
    assert "copying" in {each.stage for each in told}
    open_weights(folder)


def test_what_is_missing_is_named_and_the_rest_is_kept(wanted, tiny, folder, tmp_path):
    source = tmp_path / "carried"
    copy_set(wanted, tiny, source)
    (source / VAE).write_bytes((source / VAE).read_bytes()[:-1])
    config = source / "vae" / "config.json"
    config.write_bytes(config.read_bytes().replace(b"zeros", b"zerox"))
    (source / "scheduler" / "scheduler_config.json").unlink()
    with pytest.raises(WeightsMissing) as caught:
        bring(wanted, folder, source, lambda _: None)
    told = caught.value.sentence
    assert told.startswith(f"3 of the {len(wanted.files)} files are not in ")
    assert "1,740,195 bytes there, not 1,740,196" in told
    assert "vae/config.json (it has other bytes there)" in told
    assert "scheduler/scheduler_config.json;" in told
    assert not (folder / MANIFEST).exists()
    rest = tmp_path / "rest"
    for path in (VAE, "vae/config.json", "scheduler/scheduler_config.json"):
        (rest / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tiny / path, rest / path)
    bring(wanted, folder, rest, lambda _: None)
    open_weights(folder)


def test_a_folder_that_is_none_is_refused(wanted, folder, tmp_path):
    with pytest.raises(RequestError, match="not a folder"):
        bring(wanted, folder, tmp_path / "nothing", lambda _: None)
    assert not folder.exists()


def test_links_in_a_circle_and_to_nowhere_are_passed_over(wanted, tiny, folder, tmp_path):
    source = tmp_path / "carried"
    copy_set(wanted, tiny, source)
    (source / "circle").symlink_to(source)
    (source / "nowhere.safetensors").symlink_to(tmp_path / "gone")
    bring(wanted, folder, source, lambda _: None)
    open_weights(folder)


def test_a_full_drive_is_told_before_a_copy(wanted, tiny, folder, tmp_path, monkeypatch):
    copy_set(wanted, tiny, tmp_path / "carried")
    monkeypatch.setattr("bridge.weights.copying._copied", lambda file, found, at: file.size)
    monkeypatch.setattr(places, "SPARE", 10**18)
    with pytest.raises(DiskFull):
        bring(wanted, folder, tmp_path / "carried", lambda _: None)


def test_the_licence_beside_the_weights_is_found(tmp_path):
    assert find_licence_text(tmp_path) is None
    (tmp_path / "LICENSE.md").write_text("terms")
    assert find_licence_text(tmp_path) == b"terms"
    (tmp_path / "LICENSE").write_bytes(bytes(10**6))
    assert find_licence_text(tmp_path) == b"terms"
