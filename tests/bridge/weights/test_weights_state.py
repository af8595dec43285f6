"""How it stands with a set; the catalogue that says what a set is; the licence that it comes under."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.errors import LicenceNotAccepted, RequestError, WeightsDamaged
from bridge.domain.settings import BridgeSettings
from bridge.engines.ltx.in_context.recipe import IN_CONTEXT_2_3
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import MANIFEST, is_plain_path
from bridge.weights import catalogue, identity
from bridge.weights.catalogue import HDR, INPAINT, SETS, TEXT, UNION_CONTROL
from bridge.weights.folder import bytes_there, find_set, models_home, part_of, remove_files
from bridge.weights.identity import digest_of, is_file, pointer_blob
from bridge.weights.licence import accept, demand_accepted, find_acceptance, is_the_accepted, licence_accepted
from bridge.weights.state import state_of, verify_deep
from tests.fakes.hub import blob_of, pointer_of

VAE = "vae/diffusion_pytorch_model.safetensors"


@pytest.fixture
def settings(tmp_path) -> BridgeSettings:
    return BridgeSettings(models_folder=tmp_path / "models")


@pytest.fixture
def known(wanted, monkeypatch):
    """The tiny set in the place of the real one."""
    monkeypatch.setitem(SETS, HDR.name, wanted)


def state(settings):
    return state_of(settings, HDR.name)


def test_the_catalogue_holds_what_the_recipes_need():
    paths = {each.path for each in HDR.files}
    assert {LTX_2_3.upsampler_file, LTX_2_3.hdr_lora_file, LTX_2_3.embeddings_file} <= paths
    assert {path.split("/")[0] for path in paths if "/" in path} == {"transformer", "vae", "audio_vae", "scheduler"}
    assert {path.split("/")[0] for path in (each.path for each in TEXT.files)} == {
        "text_encoder", "tokenizer", "connectors"
    }  # fmt: skip
    assert (HDR.name, TEXT.name) == (LTX_2_3.name, IN_CONTEXT_2_3.text_set)
    for found, name, file in (
        (UNION_CONTROL, IN_CONTEXT_2_3.control_set, IN_CONTEXT_2_3.control_file),
        (INPAINT, IN_CONTEXT_2_3.inpaint_set, IN_CONTEXT_2_3.inpaint_file),
    ):
        assert (found.name, [each.path for each in found.files]) == (name, [file])


def test_every_file_of_the_catalogue_can_be_told_from_any_other():
    for each in (each for found in SETS.values() for each in found.files):
        assert is_plain_path(each.path)
        assert re.fullmatch(r"[0-9a-f]{40}", each.revision)
        assert re.fullmatch(r"[0-9a-f]{64}", each.sha256) or re.fullmatch(r"[0-9a-f]{40}", each.blob)
        assert each.size < 50_000_000_000, "what is larger is not served over plain HTTP"
    for found in SETS.values():
        assert len({each.path for each in found.files}) == len(found.files)


def test_git_s_names_are_those_that_git_gives(tmp_path):
    """Of a file, and of a pointer whose hashes huggingface_hub's own documentation shows (`list_repo_tree`)."""
    path = tmp_path / "x"
    path.write_bytes(b"what is up, doc?")
    assert digest_of(path, lambda _: None).blob == "bd9dbf5aae1a3862dd1526723246b20206e5fc37"  # Pro Git, 10.2
    sha256 = "d88b0d6a6ff9c3f8151f9d3228f57092aaea997f09af009eefd7373a77b5abb9"
    assert pointer_blob(sha256, 497764107) == "8095a62ccb4d806da7666fcda07467e2d150218e"
    assert pointer_blob(digest_of(path, lambda _: None).sha256, 16) == blob_of(pointer_of(path.read_bytes()))


def test_a_file_is_known_by_its_bytes_alone(wanted, tiny):
    for each in wanted.files:
        digest = digest_of(tiny / each.path, lambda _: None)
        assert is_file(each, digest)
        assert not is_file(each, replace(digest, sha256="0" * 64, blob="0" * 40))
        assert not is_file(each, replace(digest, size=digest.size + 1))


def test_where_weights_lie(monkeypatch, tmp_path):
    nowhere = BridgeSettings()
    assert models_home(nowhere).parts[-2:] == ("superwhite", "models")
    chosen = BridgeSettings(models_folder=tmp_path / "chosen")
    assert find_set(chosen, "ltx-2.3-text") == tmp_path / "chosen" / "ltx-2.3-text"
    monkeypatch.setenv("SUPERWHITE_MODELS", str(tmp_path / "env"))
    assert models_home(chosen) == tmp_path / "env"
    monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(tmp_path / "one"))
    assert find_set(chosen, HDR.name) == tmp_path / "one"
    assert find_set(chosen, TEXT.name) == tmp_path / "env" / TEXT.name


def test_a_set_from_nothing_to_whole_and_back(bring, known, settings, folder, wanted):
    assert (state(settings).state, state(settings).have) == ("missing", 0)
    part = part_of(folder, next(each for each in wanted.files if each.path == VAE))
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(1000))
    assert (state(settings).state, state(settings).have) == ("partial", 1000)
    bring()
    found = state(settings)
    assert (found.state, found.have, found.sentence) == ("whole", wanted.size, "")
    assert not found.usable
    accept(settings.models_folder, HDR.licence, None)
    assert state(settings).usable
    content = (folder / VAE).read_bytes()
    (folder / VAE).write_bytes(content[:-1])
    assert state(settings).state == "damaged"
    (folder / VAE).unlink()
    assert (state(settings).state, VAE in state(settings).sentence) == ("partial", True)
    (folder / MANIFEST).write_text("{")
    assert state(settings).state == "damaged"


def test_the_tiny_set_needs_no_licence(monkeypatch, tiny, settings):
    monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(tiny))
    found = state_of(settings, HDR.name)
    assert (found.state, found.tiny, found.accepted, found.usable) == ("whole", True, False, True)


def test_a_set_that_is_not_known_is_a_request_error(settings):
    with pytest.raises(RequestError, match="no set “x”"):
        state_of(settings, "x")


def test_looking_closely_finds_one_bit_and_puts_it_aside(bring, hub, known, settings, folder, wanted):
    bring()
    read: list[str] = []
    assert verify_deep(folder, wanted, lambda path, done, total: read.append(path)) == []
    assert set(read) == {each.path for each in wanted.files}
    content = bytearray((folder / VAE).read_bytes())
    content[-1] ^= 1
    (folder / VAE).write_bytes(content)
    assert state(settings).state == "whole"  # sizes and headers cannot tell
    (found,) = verify_deep(folder, wanted, lambda *_: None)
    assert isinstance(found, WeightsDamaged)
    assert VAE in found.sentence
    assert state(settings).state == "partial"
    hub.sent.clear()
    bring()
    assert {path for path, size in hub.sent.items() if size} == {VAE}
    assert state(settings).state == "whole"
    assert not list(folder.rglob("*.damaged"))


def test_removing_takes_its_own_and_nothing_else(bring, folder, wanted):
    bring()
    (folder / "vae" / "notes.txt").write_text("mine")
    remove_files(folder, wanted)
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / "vae" / "notes.txt"]
    (folder / "vae" / "notes.txt").unlink()
    remove_files(folder, wanted)
    assert not folder.exists()
    assert sum(bytes_there(folder, wanted).values()) == 0


def test_a_licence_is_accepted_once_for_its_version(settings):
    home = settings.models_folder
    assert not licence_accepted(settings, HDR.name)
    with pytest.raises(LicenceNotAccepted):
        demand_accepted(settings, HDR.name)
    accept(home, HDR.licence, b"the text")
    mark = find_acceptance(home, HDR.licence)
    assert mark
    assert (mark.version, len(mark.sha256), mark.when.tzinfo is not None) == (HDR.licence.version, 64, True)
    for each in SETS:
        demand_accepted(settings, each)
    assert is_the_accepted(mark, b"the text")
    assert is_the_accepted(mark, None)
    assert not is_the_accepted(mark, b"another text")
    assert find_acceptance(home, replace(HDR.licence, version="3")) is None
    assert find_acceptance(home, replace(HDR.licence, name="another")) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"ltx-2-community": {"version": 1}}', b"\xff", b"[" * 10_000])
def test_a_damaged_list_of_licences_has_accepted_nothing(settings, content):
    settings.models_folder.mkdir()
    (settings.models_folder / "licences.json").write_bytes(content)
    assert not licence_accepted(settings, HDR.name)
    accept(settings.models_folder, HDR.licence, None)
    assert licence_accepted(settings, HDR.name)


def test_the_text_of_the_licence_is_not_ours_to_ship():
    folder = Path(catalogue.__file__).parent
    assert not [path for path in folder.rglob("*") if "LICENSE" in path.name.upper()]


def test_state_is_quick_enough_to_ask_often(bring, known, settings, folder, wanted, monkeypatch):
    """It opens files, but reads none beyond its header."""
    bring()

    def never(*_: object) -> None:
        raise AssertionError("no file is hashed")

    monkeypatch.setattr(identity.hashlib, "sha256", never)
    assert state(settings).state == "whole"
