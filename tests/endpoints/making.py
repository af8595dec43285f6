"""The work of a job: from its settings to the files and the answer."""

from __future__ import annotations

import base64
import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from . import model
from .files import Files, Kept
from .inputs import Audio, Common, Hdr, Inpaint, Reference, Refused, fault
from .job_effects import Given
from .script import Script

_LANDSCAPE = (1280, 704)


@dataclass(frozen=True)
class Made:
    """What a job has made. `units` are the megapixels that are billed."""

    answer: dict[str, Any]
    units: int
    movie: Kept
    archive: Kept | None = None
    plate: Path | None = None


@dataclass(frozen=True)
class Workshop:
    """`exact_size` keeps the plate's size, where the service would cap it and round it to multiples of 32."""

    files: Files
    script: Script
    exact_size: bool

    def make(self, settings: Common) -> Made:
        """Raises `Refused`, as fal's own models do while they run."""
        match settings:
            case Hdr():
                return self._hdr(settings)
            case Inpaint():
                plate, mask = self._movie(settings, "video_url"), self._movie(settings, "mask_video_url")
                size = self._size(settings, plate)
                pairs = zip(self._pictures(plate, settings, size), self._pictures(mask, settings, size), strict=True)
                return self._movie_of(
                    settings, (inpainted(*pair) for pair in pairs), size, settings.num_frames, plate
                )
            case Reference():
                plate = self._movie(settings, "control_video_url" if settings.control_video_url else "video_url")
                size = self._size(settings, plate)
                return self._movie_of(
                    settings, self._pictures(plate, settings, size), size, settings.num_frames, plate
                )
            case Audio():
                return self._from_sound(settings)
            case _:
                raise TypeError(type(settings))

    def _hdr(self, settings: Hdr) -> Made:
        plate = self._movie(settings, "video_url")
        size = self._size(settings, plate)
        frames = settings.num_frames
        code = secrets.token_hex(16)
        archive = self.files.new(f"ltx_23_quality_hdr_{code}_frame_exr_frames.zip", "application/zip", "archive")
        spoils = self.script.take("archive")
        if not any(isinstance(effect, Given) for effect in spoils):
            model.write_archive(archive.path, model.hdr_frames(plate, frames, size))
        for effect in spoils:
            effect.spoil(archive.path)
        preview = self.files.new(f"{secrets.token_hex(16)}.mp4", "video/mp4", "preview")
        pictures = model.pictures(plate, frames, _even(size))
        model.write_movie(preview.path, pictures, settings.frames_per_second, sound=settings.generate_audio)
        unknown = dict.fromkeys(("width", "height", "fps", "duration", "num_frames"))
        answer = {
            "preview_video": self._file(preview, settings) | unknown,
            "exr_frames_url": self._file(archive, settings),
            **_told(settings),
        }
        return Made(answer, _megapixels(size, frames), preview, archive, plate)

    def _from_sound(self, settings: Audio) -> Made:
        sound = self._located(settings, "audio_url")
        try:
            seconds = model.seconds_of(sound)
        except (FFmpegError, IndexError):
            raise Refused([_unreadable("audio_url", "audio", settings.audio_url, [".mp3", ".wav", ".m4a"])]) from None
        frames = settings.num_frames
        if settings.match_audio_length:
            frames = max(9, min(481, round(seconds * settings.frames_per_second)))
        size = settings.size
        if size is None and settings.image_url:
            size = model.plate_size(self._movie(settings, "image_url"))
        size = self._limited(size or _LANDSCAPE)
        pictures = (_drawn(number, _even(size)) for number in range(frames))
        return self._movie_of(settings, pictures, size, frames, None)

    def _movie_of(
        self,
        settings: Common,
        pictures: Iterator[NDArray[np.uint8]],
        size: tuple[int, int],
        frames: int,
        plate: Path | None,
    ) -> Made:
        movie = self.files.new(f"{secrets.token_hex(16)}.mp4", "video/mp4", "movie")
        model.write_movie(movie.path, pictures, settings.frames_per_second, sound=settings.generate_audio)
        answer = {"video": self._file(movie, settings), **_told(settings)}
        return Made(answer, _megapixels(size, frames), movie, plate=plate)

    def _pictures(self, plate: Path, settings: Common, size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
        return model.pictures(plate, settings.num_frames, _even(size))

    def _size(self, settings: Common, plate: Path) -> tuple[int, int]:
        own = model.plate_size(plate)
        return own if self.exact_size else self._limited(settings.size or own)

    def _limited(self, size: tuple[int, int]) -> tuple[int, int]:
        return size if self.exact_size else model.capped(*size)

    def _movie(self, settings: Common, name: str) -> Path:
        """A file that holds pictures."""
        path = self._located(settings, name)
        try:
            model.plate_size(path)
        except (FFmpegError, IndexError):
            url = getattr(settings, name)
            raise Refused([_unreadable(name, "video", url, [".mp4", ".mov", ".webm", ".m4v", ".gif"])]) from None
        return path

    def _located(self, settings: Common, name: str) -> Path:
        url = cast("str", getattr(settings, name))
        path = self.files.locate(url)
        if path is None:
            message = "Failed to download the file. Please check if the URL is accessible and try again."
            raise Refused([fault(name, "file_download_error", message, url)])
        return path

    def _file(self, kept: Kept, settings: Common) -> dict[str, Any]:
        url = self.files.url(kept)
        if settings.sync_mode:
            url = f"data:{kept.content_type};base64,{base64.b64encode(kept.path.read_bytes()).decode()}"
        size = kept.path.stat().st_size
        return {"url": url, "content_type": kept.content_type, "file_name": kept.name, "file_size": size}


def inpainted(picture: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the mask shows white is made anew: as its negative."""
    return np.where(mask > 127, 255 - picture, picture)


def _drawn(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.full((size[1], size[0], 3), 64 + number % 128, np.uint8)


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """H.264 with halved chroma knows no odd sides."""
    return size[0] // 2 * 2, size[1] // 2 * 2


def _megapixels(size: tuple[int, int], frames: int) -> int:
    return math.ceil(size[0] * size[1] * frames / 1_000_000)


def _told(settings: Common) -> dict[str, Any]:
    expanded = f"Style: photorealistic, cinematic - {settings.prompt}"
    seed = secrets.randbelow(2**31) if settings.seed is None else settings.seed
    return {"seed": seed, "prompt": expanded if settings.enable_prompt_expansion else settings.prompt}


def _unreadable(name: str, medium: str, url: str, known: list[str]) -> dict[str, Any]:
    message = f"Unsupported {medium} format. Supported formats are: {', '.join(known)}"
    return fault(name, f"unsupported_{medium}_format", message, url, supported_formats=known)
