"""The LoRAs that a request names, for an engine that uses them; and the seed that it works with."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bridge.domain.errors import DiskFull, OutputError, SuperwhiteError
from bridge.domain.ltx import HDR_LORA, HdrInput, Lora
from bridge.net.fetch import fetch

from .faults import Refused, about
from .files import Files
from .intake import link, uploaded

LARGEST_LORA = 3 * 1024**3
"""Bytes; fal's own limit."""

_SEEDS = 2**32


@dataclass(frozen=True)
class FetchedLora:
    path: Path
    scale: float


def seed_of(given: HdrInput, request: str) -> int:
    """That of the request, else one by chance that its id brings along: taken up again, it gives the same pictures."""
    return (uuid.UUID(request).int if given.seed is None else given.seed) % _SEEDS


async def take_loras(
    loras: tuple[Lora, ...], folder: Path, files: Files, proxy: str, say: Callable[[str], None]
) -> tuple[FetchedLora, ...]:
    """Files in `folder`. The model's own HDR LoRA, which fal's clients name, is not fetched: it is there.

    Raises `Refused` for one that cannot be had, and `OutputError`s.
    """
    fetched: list[FetchedLora] = []
    for place, lora in enumerate(loras):
        if lora.path == HDR_LORA:
            say("The HDR LoRA is part of the engine here, at scale 1.")
            continue
        path = folder / f"lora{place}.safetensors"
        path.unlink(missing_ok=True)
        if sent := uploaded(lora.path, files):
            await asyncio.to_thread(link, sent, path)
        else:
            say(f"Fetching LoRA {place + 1}")
            await _fetch(lora.path, place, path, proxy)
        fetched.append(FetchedLora(path, lora.scale))
    return tuple(fetched)


async def _fetch(url: str, place: int, path: Path, proxy: str) -> None:
    where = ("body", "loras", place, "path")
    if urlsplit(url).scheme.lower() != "https":
        sentence = "A LoRA is fetched from an address that begins with https://, or uploaded here before."
        raise Refused(about(where, "file_download_error", sentence, url))
    try:
        await fetch(url, path, most_bytes=LARGEST_LORA, near_allowed=False, proxy=proxy)
    except (OutputError, DiskFull):
        raise
    except (SuperwhiteError, OSError) as error:
        sentence = error.sentence if isinstance(error, SuperwhiteError) else type(error).__name__
        raise Refused(about(where, "file_download_error", f"Failed to download the file. {sentence}", url)) from error
