"""What a ComfyUI server has of what a lift needs, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bridge.domain.errors import EndpointUnreachable, EngineMissing, SuperwhiteError

from .graph import KINDS, PACK, is_of_pack
from .models import CHECKPOINTS, LORAS, TEXT_ENCODERS, Models, choose, downscale_of
from .nodes import NodeKind
from .server import Server
from .wire import SystemStats


@dataclass(frozen=True)
class Survey:
    """`lacks` is what has to be put right there; where it is empty, there are `models`."""

    stats: SystemStats
    kinds: Mapping[str, NodeKind]
    models: Models | None
    lacks: tuple[SuperwhiteError, ...]

    @property
    def machine(self) -> str:
        """The version, the card, and how much of its memory is free."""
        version = f"ComfyUI {self.stats.system.comfyui_version}".strip()
        if not self.stats.devices:
            return version
        card = self.stats.devices[0]
        if card.vram_total is None or card.vram_free is None:
            return f"{version} on {card.name}"
        return f"{version} on {card.name}, {card.vram_free / 2**30:.1f} of {card.vram_total / 2**30:.1f} GiB free"

    @property
    def sentence(self) -> str:
        """What is missing, and what to do; else what is there."""
        return " ".join(f"{each.sentence} {each.remedy}" for each in self.lacks) or f"{self.machine}."

    def demand(self) -> Models:
        """Raises the first of what is missing."""
        if self.lacks:
            raise self.lacks[0]
        assert self.models
        return self.models


async def survey(server: Server, checkpoint: str = "") -> Survey:
    """Look at nodes and files. `checkpoint` is part of the name that is wished for.

    Raises `EndpointUnreachable`, also where something else than ComfyUI answers.
    """
    stats = await server.stats()
    if stats is None:
        raise EndpointUnreachable(
            f"Something answers at {server.base}, but it is no ComfyUI.", remedy="Check the address and the port."
        )
    kinds = await server.kinds(KINDS)
    lacks = list(_missing_kinds(kinds))
    models = None
    if {CHECKPOINTS, LORAS, TEXT_ENCODERS} <= kinds.keys():
        models, missing = choose(kinds, checkpoint)
        lacks += missing
    if models:
        try:
            models = replace(
                models, downscale=downscale_of(models.hdr_lora, await server.lora_facts(models.hdr_lora))
            )
        except SuperwhiteError as error:
            lacks.append(error)
    return Survey(stats, kinds, models, tuple(lacks))


def _missing_kinds(kinds: Mapping[str, NodeKind]) -> list[SuperwhiteError]:
    lacks: list[SuperwhiteError] = []
    of_pack = [name for name in KINDS if name not in kinds and is_of_pack(name)]
    of_core = [name for name in KINDS if name not in kinds and not is_of_pack(name)]
    if of_pack:
        lacks.append(
            EngineMissing(
                f"ComfyUI lacks the nodes {', '.join(of_pack)} of {PACK}.",
                remedy=f"Install or update {PACK} with ComfyUI's Manager, and start ComfyUI again.",
            )
        )
    if of_core:
        lacks.append(
            EngineMissing(
                f"This ComfyUI lacks the nodes {', '.join(of_core)}, which newer ones have.",
                remedy="Update ComfyUI, and start it again.",
            )
        )
    return lacks
