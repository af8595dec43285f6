"""A folder with everything that one recipe needs, as it lies on the drive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MANIFEST = "superwhite-model.json"


@dataclass(frozen=True)
class Weights:
    """`base` holds `transformer/`, `vae/`, `audio_vae/` and `scheduler/` as diffusers saves them. `tiny` are random,
    for tests: what they make is no picture.
    """

    base: Path
    upsampler: Path
    hdr_lora: Path
    scene_embeddings: Path
    tiny: bool = False
