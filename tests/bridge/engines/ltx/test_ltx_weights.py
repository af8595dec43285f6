"""Headers of safetensors files, whole sets, and what belongs together, read without torch."""

from __future__ import annotations

import json
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import SuperwhiteError, WeightsDamaged, WeightsMismatched, WeightsMissing
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import MANIFEST, is_plain_path, open_weights
from bridge.engines.ltx.weights_headers import Header, read_header, read_model
from bridge.engines.ltx.weights_pairing import TransformerSizes, generation_of, lora_fits

TRUE_2_3 = {
    "in_channels": 128, "num_attention_heads": 32, "attention_head_dim": 128, "cross_attention_dim": 4096,
    "audio_num_attention_heads": 32, "audio_attention_head_dim": 64, "audio_cross_attention_dim": 2048,
    "num_layers": 48, "gated_attn": True, "use_prompt_embeddings": False,
}  # fmt: skip


def pack(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(shape: list[int], start: int, stop: int, dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


@pytest.fixture
def folder(tiny_weights, tmp_path) -> Path:
    return shutil.copytree(tiny_weights.base, tmp_path / "set")


def edit_json(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def edit_header(path: Path, change) -> None:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    change(header)
    path.write_bytes(pack(header, data[8 + length :]))


def test_a_header_is_read_as_the_library_reads_it(tiny_weights):
    from safetensors import safe_open

    for path in sorted(tiny_weights.base.rglob("*.safetensors")):
        found = read_header(path)
        with safe_open(path, framework="numpy") as file:
            assert {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()} == found.shapes  # noqa: SIM118
            assert (file.metadata() or {}) == found.metadata


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cut off"),
        (b"\x01\0\0", "cut off"),
        (pack({}, length=2**63), "cut off"),
        (pack({}, length=500), "cut off"),
        (pack(b"[]"), "no object"),
        (pack(b"{"), "JSON cannot be read"),
        (pack(b"\xff\xfe{}"), "JSON cannot be read"),
        (pack(b"[" * 100_000), "JSON cannot be read"),
        (pack(b'{"a":1,"a":2}'), "given twice"),
        (pack({"a": 1}), "no known kind"),
        (pack({"a": tensor([2], 0, 8, "F99")}, bytes(8)), "no known kind"),
        (pack({"a": tensor([-2, -1], 0, 8)}, bytes(8)), "no known kind"),
        (pack({"a": tensor([True, 2], 0, 8)}, bytes(8)), "no known kind"),
        (pack({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 9]}}, bytes(8)), "no known kind"),
        (pack({"a": tensor([3], 0, 8)}, bytes(8)), "another length"),
        (pack({"a": tensor([2**40, 2**40], 0, 8)}, bytes(8)), "another length"),
        (pack({"a": tensor([2], 8, 0)}, bytes(8)), "another length"),
        (pack({"a": tensor([2], 0, 8), "b": tensor([2], 4, 12)}, bytes(12)), "does not begin"),
        (pack({"a": tensor([2], 4, 12)}, bytes(12)), "does not begin"),
        (pack({"a": tensor([2], 0, 8)}, bytes(7)), "1 of its"),
        (pack({"a": tensor([2], 0, 8)}, bytes(9)), "1 bytes longer"),
        (pack({"__metadata__": {"a": 1}}), "no text"),
        (pack({"__metadata__": [1]}), "no text"),
    ],
)
def test_a_header_that_lies_is_refused_in_words(tmp_path, content, words):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsDamaged, match=words):
        read_header(path)


def test_a_header_is_not_read_whole_because_it_says_so(tmp_path):
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", 200_000_000))
        file.truncate(300_000_000)  # a hole: nothing lies there
    with pytest.raises(WeightsDamaged, match="cut off"):
        read_header(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_weights_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(SuperwhiteError):
        read_header(path)


def test_every_byte_that_is_cut_off_is_noticed(tiny_weights, tmp_path):
    whole = tiny_weights.scene_embeddings.read_bytes()
    path = tmp_path / "x.safetensors"
    for length in {0, 1, 7, 8, 9, 100, len(whole) - 1} | set(random.Random(1).sample(range(len(whole)), 40)):
        path.write_bytes(whole[:length])
        with pytest.raises(WeightsDamaged):
            read_header(path)


def shards(folder: Path, places: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name in set(places.values()):
        held = [key for key, place in places.items() if place == name]
        header = {key: tensor([2], 8 * at, 8 * at + 8) for at, key in enumerate(held)}
        if name.endswith("safetensors"):
            (folder / name).write_bytes(pack(header, bytes(8 * len(held))))
    index = {"metadata": {"total_size": 8 * len(places)}, "weight_map": places}
    (folder / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def test_shards_are_one_model(tmp_path):
    folder = shards(tmp_path, {"a": "1.safetensors", "b": "2.safetensors", "c": "1.safetensors"})
    assert read_model(folder).shapes == {"a": (2,), "b": (2,), "c": (2,)}


@pytest.mark.parametrize("place", ["../x", "/etc/passwd", "a\\b", "x/y", "a\0b", ""])
def test_an_index_that_leads_elsewhere_is_refused(tmp_path, place):
    with pytest.raises(WeightsDamaged, match="outside"):
        read_model(shards(tmp_path, {"a": place}))


def test_a_missing_shard_and_a_tensor_that_no_shard_has_are_told(tmp_path):
    folder = shards(tmp_path, {"a": "1.safetensors", "b": "2.safetensors"})
    (folder / "2.safetensors").unlink()
    with pytest.raises(WeightsMissing, match=r"2\.safetensors"):
        read_model(folder)
    shutil.copy(folder / "1.safetensors", folder / "2.safetensors")
    with pytest.raises(WeightsDamaged, match="“b” is not in"):
        read_model(folder)
    with pytest.raises(WeightsMissing):
        read_model(tmp_path / "nowhere")


def test_a_whole_set_opens_without_torch(tiny_weights):
    found = open_weights(tiny_weights.base)
    assert found == tiny_weights
    code = f"""import sys
from pathlib import Path
from bridge.engines.ltx.weights import open_weights
open_weights(Path({str(tiny_weights.base)!r}))
assert not {{"torch", "safetensors", "diffusers"}} & set(sys.modules)"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_not_there_is_missing(folder):
    with pytest.raises(WeightsMissing):
        open_weights(folder / "nothing")
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        aside = path.rename(path.with_name("aside"))
        with pytest.raises(WeightsMissing):
            open_weights(folder)
        aside.rename(path)
    open_weights(folder)


def test_what_is_cut_off_is_damaged(folder):
    for path in sorted(folder.rglob("*.safetensors")):
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        with pytest.raises(WeightsDamaged, match=path.name):
            open_weights(folder)
        path.write_bytes(content)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"set": "x"}', '{"set":"ltx-2.3-hdr","generation":"2.3","files":[1]}']
)
def test_a_manifest_that_is_none_is_damaged(folder, content):
    (folder / MANIFEST).write_text(content)
    with pytest.raises(WeightsDamaged):
        open_weights(folder)


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a\\..\\x", "a\0b", "C:x", "x" * 300, "a//b", "./a", "a/.. /b", "con<"]
)
def test_a_manifest_never_leads_out_of_its_folder(folder, path):
    entry = {"path": path, "size": 1, "sha256": "0" * 64}
    edit_json(folder / MANIFEST, files=[entry])
    assert not is_plain_path(path)
    with pytest.raises(WeightsDamaged, match="outside"):
        open_weights(folder)


def test_a_file_of_another_length_than_it_was_checked_with_is_damaged(folder):
    entry = {"path": "vae/config.json", "size": 1, "sha256": "0" * 64}
    edit_json(folder / MANIFEST, files=[entry])
    with pytest.raises(WeightsDamaged, match="when it was checked"):
        open_weights(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda at: edit_json(at / MANIFEST, set="ltx-2.5-hdr"), "holds “ltx-2.5-hdr”"),
        (lambda at: edit_json(at / MANIFEST, generation="2.5"), "holds"),
        (lambda at: edit_json(at / "transformer/config.json", gated_attn=False), r"LTX-2\.0"),
        (lambda at: edit_json(at / "transformer/config.json", ff_bias=False), r"LTX-2\.5"),
        (lambda at: edit_json(at / "transformer/config.json", num_attention_heads=True), "no known kind"),
        (lambda at: edit_json(at / "transformer/config.json", cross_attention_dim=32), "config.json describes"),
        (lambda at: edit_json(at / "transformer/config.json", num_layers=3), "config.json describes"),
        (lambda at: edit_json(at / "vae/config.json", latent_channels=9), "VAE"),
    ],
)
def test_what_does_not_belong_together_is_refused(folder, change, words):
    change(folder)
    with pytest.raises(WeightsMismatched, match=words):
        open_weights(folder)


def test_the_dev_checkpoint_is_told_from_the_distilled_one(folder):
    path = "transformer/config.json"
    entry = {"path": path, "size": (folder / path).stat().st_size, "sha256": "0" * 64}
    edit_json(folder / MANIFEST, files=[entry | {"repo": "diffusers/LTX-2.3-Distilled-Diffusers"}])
    open_weights(folder)
    edit_json(folder / MANIFEST, files=[entry | {"repo": "diffusers/LTX-2.3-Diffusers"}])
    with pytest.raises(WeightsMismatched, match="not the distilled one"):
        open_weights(folder)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("hdr_lora", {"hdr_transform": "acescct"}, "codes of “acescct”"),
        ("hdr_lora", {"hdr_transform": ""}, "unnamed curve"),
        ("hdr_lora", {"reference_downscale_factor": "2"}, "1/2 of the size"),
        ("hdr_lora", {"base": "Lightricks/LTX-2-19b"}, "19B"),
    ],
)
def test_the_hdr_lora_must_be_that_of_the_recipe(folder, name, change, words):
    edit_header(folder / LTX_2_3.hdr_lora_file, lambda header: header["__metadata__"].update(change))
    with pytest.raises(WeightsMismatched, match=words):
        open_weights(folder)


def reshaped(name: str, shape: list[int]):
    """A change of a tensor's shape that keeps its length."""

    def change(header: dict) -> None:
        assert name in header
        header[name]["shape"] = shape

    return change


def of_16_channels(header: dict) -> None:
    shape = header["initial_conv.weight"]["shape"]
    shape[:2] = shape[0] // 2, 2 * shape[1]


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("embeddings_file", reshaped("video_context", [1, 32, 8]), "8 wide, not 16"),
        ("embeddings_file", reshaped("audio_context", [1, 8, 16]), "16 wide, not 8"),
        ("embeddings_file", reshaped("video_context", [16, 1, 16]), "no “video_context” that can be used"),
        ("upsampler_file", of_16_channels, "latents of 16 channels, not 8"),
        ("hdr_lora_file", reshaped("diffusion_model.transformer_blocks.0.attn1.to_q.lora_A.weight", [2, 32]), "pair"),
    ],
)
def test_sizes_must_be_those_of_the_transformer(folder, file, change, words):
    edit_header(folder / getattr(LTX_2_3, file), change)
    with pytest.raises(WeightsMismatched, match=words):
        open_weights(folder)


def test_embeddings_without_a_batch_axis_are_as_good(folder):
    edit_header(folder / LTX_2_3.embeddings_file, reshaped("video_context", [16, 16]))
    open_weights(folder)


def lora(**shapes: tuple[int, int, int]) -> Header:
    """A LoRA on named layers of block 0: rank, features in, features out."""
    found: dict[str, tuple[int, ...]] = {}
    for layer, (rank, inside, outside) in shapes.items():
        key = f"diffusion_model.transformer_blocks.0.{layer.replace('__', '.')}"
        found[f"{key}.lora_A.weight"], found[f"{key}.lora_B.weight"] = (rank, inside), (outside, rank)
    return Header(found, {})


def test_a_lora_of_the_true_sizes_fits_the_true_transformer():
    header = lora(
        attn1__to_q=(32, 4096, 4096),
        attn2__to_k=(32, 4096, 4096),
        ff__net__2=(32, 16384, 4096),
        audio_attn2__to_v=(32, 2048, 2048),
        audio_to_video_attn__to_q=(32, 4096, 2048),
        audio_to_video_attn__to_out__0=(32, 2048, 4096),
        video_to_audio_attn__to_k=(32, 4096, 2048),
    )
    assert lora_fits(header, TRUE_2_3) is None
    assert generation_of(TRUE_2_3) == "2.3"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (lora(attn1__to_q=(32, 2048, 2048)), "another model"),
        (lora(ff__net__2=(32, 4096, 4096)), "another model"),
        (Header({"diffusion_model.transformer_blocks.48.attn1.to_q.lora_A.weight": (4, 4096),
                 "diffusion_model.transformer_blocks.48.attn1.to_q.lora_B.weight": (4096, 4)}, {}), "more than the 48"),
        (Header({"diffusion_model.transformer_blocks.0.attn1.to_q.lora_A.weight": (4, 4096)}, {}), "whole pair"),
        (Header({"unet.down.0.lora_A.weight": (4, 4)}, {}), "no LoRA for LTX-2"),
        (Header({}, {}), "no LoRA for LTX-2"),
        (Header(lora(attn1__to_q=(32, 4096, 4096)).shapes, {"base_model": "ltx-2-19b-dev"}), "19B"),
        (Header({"diffusion_model.caption_projection.linear_1.lora_A.weight": (4, 3840)}, {}), "19B"),
    ],
)  # fmt: skip
def test_a_lora_for_something_else_says_why(header, words):
    assert words in (lora_fits(header, TRUE_2_3) or "")


def test_sizes_of_layers_are_those_of_the_real_class(tiny_weights):
    """Every linear layer of a block that has a size here has it in the model that diffusers has made."""
    config = json.loads((tiny_weights.base / "transformer/config.json").read_text())
    sizes = TransformerSizes.of(config)
    assert sizes
    checked = 0
    for key, shape in read_model(tiny_weights.base / "transformer").shapes.items():
        layer = key.removeprefix("transformer_blocks.0.").removesuffix(".weight")
        if layer != key and len(shape) == 2 and (found := sizes.linear(layer)):
            assert found == (shape[1], shape[0]), key
            checked += 1
    assert checked == 28
