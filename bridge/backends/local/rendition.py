"""What is known of the light that LTX makes of a clip, and how the same light is made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from bridge.assembly.plan import Plan
from bridge.assembly.segments import Segment
from bridge.domain.color import Primaries, Transfer
from bridge.engines.ltx.memory import MemoryPlan
from bridge.engines.ltx.parameters import LtxParameters
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import Weights

STATEMENT = (
    "Generative: LTX-2.3 HDR makes the clip anew; detail in clipped highlights and crushed shadows is invented."
)

RANDOM = "Made with random weights, to try the way that clips take: this is no picture."


@dataclass(frozen=True)
class LtxRendition:
    """LTX maps the whole range anew: nothing is promised to stay as it was."""

    transfer: Transfer
    peak: float
    provenance: dict[str, JsonValue]
    primaries: Primaries = LTX_2_3.primaries
    identity_below: float | None = None


def rendition_of(
    plan: Plan,
    parameters: LtxParameters,
    weights: Weights,
    memory: MemoryPlan,
    segments: Sequence[Segment],
    *,
    seed: int,
    card: str,
    libraries: dict[str, str],
) -> LtxRendition:
    """For the clip of `plan`, made in `segments` on a device by the name of `card`."""
    layout = json.loads(json.dumps(asdict(memory)))  # JSON has no tuples
    del layout["sentence"]  # it tells of the memory that happened to be free
    provenance: dict[str, Any] = {
        "name": "ltx",
        "statement": RANDOM if weights.tiny else STATEMENT,
        "recipe": LTX_2_3.name,
        "seed": seed,
        "parameters": parameters.model_dump(mode="json", exclude={"seed", "loras", "memory"}),
        "loras": [
            {"name": lora.path.name, "sha256": _digest(lora.path), "scale": lora.scale}
            for lora in parameters.user_loras()
        ],
        "weights": {each.path: each.sha256 for each in weights.files},
        "memory": layout,
        "parts": [[segment.given.start, segment.given.end] for segment in segments],
        "libraries": libraries,
        "card": card,
    }
    return LtxRendition(plan.plate.transfer, min(LTX_2_3.peak, plan.target.peak), provenance)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
