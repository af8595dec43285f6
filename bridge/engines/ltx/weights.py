"""A folder with everything that one recipe needs, as it lies on the drive. Neither torch nor safetensors is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from bridge.domain.errors import WeightsDamaged, WeightsMismatched, WeightsMissing
from bridge.domain.wire import Frozen

from .recipe import LTX_2_3, Recipe
from .weights_headers import Header, read_header, read_json, read_model
from .weights_pairing import TransformerSizes, embeddings_fit, generation_of, hdr_lora_fits, upsampler_fits

MANIFEST = "superwhite-model.json"

_LARGEST_MANIFEST = 1024 * 1024
_UNSAFE = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')


class ManifestFile(Frozen):
    """A file of a set as it was when it was checked: `repo` and `revision`, a commit, are where it is from."""

    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    repo: str = ""
    revision: str = ""


class Manifest(Frozen):
    """What a folder holds. It is written last: where it is, every file was whole."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # another version may say more

    set: str
    generation: str
    tiny: bool = False
    files: tuple[ManifestFile, ...] = ()
    checked: datetime | None = None


@dataclass(frozen=True)
class Weights:
    """`base` holds `transformer/`, `vae/`, `audio_vae/` and `scheduler/` as diffusers saves them. `tiny` are random,
    for tests: what they make is no picture. `files` says what they are, for whoever asks a picture how it was made.
    """

    base: Path
    upsampler: Path
    hdr_lora: Path
    scene_embeddings: Path
    tiny: bool = False
    files: tuple[ManifestFile, ...] = ()


def is_plain_path(path: str) -> bool:
    """Whether `path`, with forward slashes, stays inside the folder that it is joined to, on every system."""
    parts = path.split("/")
    return (
        0 < len(path) <= 200
        and not _UNSAFE.search(path)
        and all(part.strip(". ") and part == part.rstrip(". ") for part in parts)
    )


def read_manifest(folder: Path) -> Manifest:
    """Raises `WeightsMissing` where there is none, and `WeightsDamaged` for one that cannot be one."""
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            manifest = Manifest.model_validate_json(file.read(_LARGEST_MANIFEST))
    except FileNotFoundError as error:
        raise WeightsMissing(f"{folder} holds no weights, or not all of them.") from error
    except (OSError, ValidationError) as error:
        raise WeightsDamaged(f"{path} cannot be read.", detail=str(error)[:1000]) from error
    if not all(is_plain_path(each.path) for each in manifest.files):
        raise WeightsDamaged(f"{path} names files outside its folder.")
    return manifest


def demand_files(folder: Path, manifest: Manifest) -> None:
    """Raises `WeightsMissing` and `WeightsDamaged` for a file that is not as long as it was. Looks into none."""
    for each in manifest.files:
        path = folder / each.path
        try:
            size = path.stat().st_size
        except OSError as error:
            raise WeightsMissing(f"{path} is not there any more.", detail=repr(error)) from error
        if size != each.size:
            raise WeightsDamaged(f"{path} has {size:,} bytes, but {each.size:,} when it was checked.")


def open_weights(folder: Path, recipe: Recipe = LTX_2_3) -> Weights:
    """The weights in `folder`, which are whole and belong together, as far as sizes and headers can tell.

    Raises `WeightsMissing`, `WeightsDamaged`, `WeightsMismatched`.
    """
    manifest = read_manifest(folder)
    if (manifest.set, manifest.generation) != (recipe.name, recipe.generation):
        raise WeightsMismatched(f"{folder} holds “{manifest.set}”, not “{recipe.name}”.")
    demand_files(folder, manifest)
    found = Weights(
        base=folder,
        upsampler=folder / recipe.upsampler_file,
        hdr_lora=folder / recipe.hdr_lora_file,
        scene_embeddings=folder / recipe.embeddings_file,
        tiny=manifest.tiny,
        files=manifest.files,
    )
    _demand_pairing(found, recipe)
    return found


def _demand_pairing(weights: Weights, recipe: Recipe) -> None:
    base = weights.base
    config = read_json(base / "transformer" / "config.json")
    vae = read_json(base / "vae" / "config.json")
    read_json(base / "scheduler" / "scheduler_config.json")
    sizes = TransformerSizes.of(config)
    if sizes is None:
        raise WeightsMismatched(f"The transformer in {base} is of no known kind.")
    if (generation := generation_of(config)) != recipe.generation:
        raise WeightsMismatched(f"The transformer in {base} is of LTX-{generation}, not of LTX-{recipe.generation}.")
    checkpoint = {each.repo for each in weights.files if each.path.startswith("transformer/")}
    if other := next((repo for repo in checkpoint if "distilled" not in repo.lower()), None):
        raise WeightsMismatched(f"The transformer in {base} is from {other}, which is not the distilled one.")
    read_json(base / "audio_vae" / "config.json")
    for part in ("vae", "audio_vae"):
        read_model(base / part)
    _demand_blocks(read_model(base / "transformer"), sizes, base)
    if vae.get("latent_channels") != sizes.channels:
        raise WeightsMismatched(f"The VAE in {base} is made for another transformer.")
    for path, reason in (
        (weights.upsampler, upsampler_fits(read_header(weights.upsampler), sizes.channels)),
        (weights.hdr_lora, hdr_lora_fits(read_header(weights.hdr_lora), config, recipe)),
        (weights.scene_embeddings, embeddings_fit(read_header(weights.scene_embeddings), sizes)),
    ):
        if reason:
            raise WeightsMismatched(f"{path.name} does not belong to the transformer beside it: it {reason}.")


def _demand_blocks(header: Header, sizes: TransformerSizes, base: Path) -> None:
    """The config says how the layers are made, and the weights fill them: both must mean one model."""
    last = f"transformer_blocks.{sizes.layers - 1}.attn2.to_k.weight"
    if header.shapes.get(last) != (sizes.width, sizes.context):
        raise WeightsMismatched(f"The transformer's weights in {base} are not those that its config.json describes.")
