"""The result as fal gives it: a ZIP of EXR frames, and a preview."""

from __future__ import annotations

import shutil
import zipfile

from bridge.domain.errors import OutputVanished
from bridge.domain.job import Deliverable
from bridge.media.storage import os_error_to_output_error, replacing

from .files import Files
from .records import Answer, StoredFile


def pack(result: Deliverable, prompt: str, seed: int, files: Files, name: str) -> Answer:
    """Put the frames of `result` into an archive as `frame_00000.exr` and on, as they are: EXR is compressed already.

    Blocks. Raises `OutputError`s.
    """
    place = files.new(f"{name}_exr_frames.zip")
    frames = [result.file(number) for number in range(result.frames)]
    try:
        files.demand_room(sum(frame.stat().st_size for frame in frames), "The archive")
    except FileNotFoundError as error:
        raise OutputVanished("The frames went away before they were packed.", detail=str(error)) from error
    with replacing(place.path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for number, frame in enumerate(frames):
            archive.write(frame, f"frame_{number:05}.exr")
    packed = StoredFile(
        key=place.key, name=place.name, content_type="application/zip", size=place.path.stat().st_size
    )
    return Answer(frames=packed, preview=_preview(result, files, name), seed=seed, prompt=prompt)


def _preview(result: Deliverable, files: Files, name: str) -> StoredFile | None:
    if result.review is None:
        return None
    place = files.new(f"{name}.mp4")
    try:
        shutil.copyfile(result.review, place.path)
    except OSError as error:
        raise os_error_to_output_error(error, place.path) from error
    movie: dict[str, int | float] = {"width": result.width, "height": result.height, "num_frames": result.frames}
    if result.rate:
        movie |= {"fps": float(result.rate), "duration": float(result.frames / result.rate)}
    return StoredFile(
        key=place.key, name=place.name, content_type="video/mp4", size=place.path.stat().st_size, movie=movie
    )
