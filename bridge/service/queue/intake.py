"""The clip that a request names is brought here: from what was uploaded, out of a data URI, or from elsewhere."""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from bridge.domain.errors import AddressForbidden, DiskFull, EndpointUnreachable, OutputError, SuperwhiteError
from bridge.domain.ltx import HdrInput, Lora
from bridge.net.fetch import fetch
from bridge.net.guard import demand_public

from .faults import Refused, about
from .files import LARGEST_FILE, Files

_UPLOADED = re.compile(r"/cdn/files/b/([^/]+)/([^/]+)")
_HEAD = 376
"""Bytes that tell every container here; MPEG transport streams show themselves by their second packet."""

SUFFIXES = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".ts")


async def take_clip(url: str, folder: Path, files: Files, proxy: str) -> Path:
    """The clip as a file in `folder`, named by what it is. Raises `Refused` where it cannot be had, and
    `OutputError`s.
    """
    path = folder / "clip"
    path.unlink(missing_ok=True)
    sent = uploaded(url, files)
    if sent:
        await asyncio.to_thread(link, sent, path)
    elif url.lower().startswith("data:"):
        await asyncio.to_thread(path.write_bytes, _decoded(url))
    else:
        try:
            await fetch(url, path, most_bytes=LARGEST_FILE, near_allowed=False, proxy=proxy)
        except (OutputError, DiskFull):
            raise
        except (SuperwhiteError, OSError) as error:
            sentence = error.sentence if isinstance(error, SuperwhiteError) else type(error).__name__
            raise Refused(
                about(("body", "video_url"), "file_download_error", f"Failed to download the file. {sentence}", url)
            ) from error
    suffix = await asyncio.to_thread(_container, path)
    if suffix is None:
        raise Refused(
            about(
                ("body", "video_url"),
                "unsupported_video_format",
                "Unsupported video format.",
                url,
                supported_formats=list(SUFFIXES),
            )
        )
    return path.replace(path.with_suffix(suffix))


async def demand_fetchable(loras: tuple[Lora, ...]) -> None:
    """The engine here uses none, but what may not be fetched is refused all the same. Raises `Refused`."""
    for place, lora in enumerate(loras):
        try:
            await demand_public(lora.path)
        except AddressForbidden as error:
            where = ("body", "loras", place, "path")
            raise Refused(about(where, "file_download_error", error.sentence, lora.path)) from error
        except EndpointUnreachable:
            continue


def ignored(given: HdrInput) -> str:
    """What the log says of settings that have no effect here."""
    named = "The engine here is not generative: prompts, seed, steps and guidance change nothing"
    if given.loras:
        named += ", nor do LoRAs"
    return f"{named}; the frames keep the clip's own size and rate."


def ignored_by_ltx(given: HdrInput) -> str:
    """What the log says where the engine is LTX-2.3 in its distilled form."""
    seed = "" if given.seed is None else f" The seed is {given.seed}."
    return (
        f"LTX-2.3 HDR in its distilled form: prompts, steps and guidance change nothing; the frames keep the clip's "
        f"own size and rate.{seed}"
    )


def uploaded(url: str, files: Files) -> Path | None:
    """A file of our own storage, whatever name this machine was called by: nobody else knows its key."""
    try:
        found = _UPLOADED.fullmatch(unquote(urlsplit(url).path))
    except ValueError:
        return None
    return files.find(found[1], found[2]) if found else None


def link(source: Path, path: Path) -> None:
    """A name of its own, so that the clip stays when the upload is swept away."""
    try:
        os.link(source, path)
    except OSError:  # a file system without links
        shutil.copyfile(source, path)


def _decoded(url: str) -> bytes:
    head, comma, content = url.partition(",")
    try:
        if not comma:
            raise ValueError("it has no comma")
        if head.lower().endswith(";base64"):
            return base64.b64decode(unquote(content), validate=True)
        return unquote_to_bytes(content)
    except (binascii.Error, ValueError) as error:
        raise Refused(
            about(("body", "video_url"), "file_download_error", f"The data URI cannot be read: {error}.", url)
        ) from error


def _container(path: Path) -> str | None:
    """The kind of movie by its first bytes; none for what is no movie.

    Only containers that hold their own pictures are let through: FFmpeg also reads playlists and lists of images, which
    name files of this machine.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return ".mov" if head[8:12] == b"qt  " else ".mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return ".mkv"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return ".avi"
    if head[:8] == b"\x06\x0e\x2b\x34\x02\x05\x01\x01":
        return ".mxf"
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return ".ts"
    return None
