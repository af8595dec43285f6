"""Plates made and sent, once for every job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from pydantic import BaseModel

from bridge.backends.base import WORK_FOLDER, JobTask, Report
from bridge.backends.workers import carry_out
from bridge.domain.capability import Limits
from bridge.domain.errors import EngineLost, MediaMissing, RequestError
from bridge.domain.job import Sending
from bridge.domain.ltx import Common
from bridge.engines.protocol import PlateOrder, Plates, Prepared

from .ledger import Book, Upload
from .offers import Offer
from .settling import frames_asked, local_files

Tell = Callable[[int], Awaitable[None]]
Keep = Callable[[Upload], Awaitable[None]]
Send = Callable[[Upload, Tell, Keep], Awaitable[Upload]]
"""Sends one file, telling of bytes that have arrived, and keeping what must not be sent twice."""


async def plates_for(
    offer: Offer, settings: BaseModel, task: JobTask, report: Report, book: Book, *, exact: bool
) -> Plates:
    """What is sent, made by a worker unless an earlier attempt has made it. Raises what the worker raises, and
    `RequestError` where the settings do not go with the clip.

    `exact` plates lose nothing, and hold no frame twice.
    """
    known = book.page.plates
    if known and all(path.is_file() for path in (known.plate, known.mask, known.sound) if path):
        return known
    limits = Limits(max_frames=offer.limits.max_frames) if exact else offer.limits
    order = PlateOrder(
        job=task.job_id,
        request=task.request,
        reservation=task.reservation,
        folder=task.reservation.staging / WORK_FOLDER,
        lossless=exact,
        sound_only=task.request.workflow == "audio_to_video",
        min_frames=limits.min_frames,
        max_frames=limits.max_frames,
        modulus=limits.frames_modulus,
        remainder=limits.frames_remainder,
        size_modulus=limits.size_modulus,
        largest_short_side=getattr(settings, "short_side", None),
    )
    answer = await carry_out(order, report, task.log)
    if not isinstance(answer, Prepared):
        raise EngineLost("The engine worker gave another answer than was asked for.")
    plates = answer.plates
    _demand_rate(offer, settings, plates)
    frames_asked(settings, offer, plates)
    # Addresses belong to the plates that were sent: new ones are sent anew.
    await book.keep(plates=plates, uploads={})
    return plates


def _demand_rate(offer: Offer, settings: BaseModel, plates: Plates) -> None:
    given = settings.frames_per_second if isinstance(settings, Common) else None
    fastest = offer.limits.max_rate
    if given is None and fastest is not None and not 1 <= float(plates.rate) <= fastest:
        raise RequestError(
            f"The clip has {float(plates.rate):.3f} frames/s; {offer.title} takes 1 to {fastest:g}.",
            remedy="Set frames_per_second, or another rate for the clip.",
        )


async def upload_all(
    media: Mapping[str, str], settings: BaseModel, plates: Plates, send: Send, report: Report, book: Book
) -> dict[str, str]:
    """The addresses of plates, mask, sound and files that settings name, by their wire names.

    `media` gives the wire names of the first three.
    """
    files = {wire: path for part, wire in media.items() if (path := getattr(plates, part)) is not None}
    files |= local_files(settings)
    waiting = [await asyncio.to_thread(_upload, path) for path in files.values()]
    total = sum(upload.size for upload in waiting)
    before = 0
    urls: dict[str, str] = {}
    for name, fresh in zip(files, waiting, strict=True):
        known = book.page.uploads.get(name)
        upload = known if known and (known.path, known.size) == (fresh.path, fresh.size) else fresh
        if not upload.url:

            async def tell(sent: int, before: int = before) -> None:
                await report(Sending(sent=min(before + sent, total), total=total))

            async def keep(changed: Upload, name: str = name) -> None:
                await book.keep_upload(name, changed)

            await tell(0)
            upload = await send(upload, tell, keep)
        urls[name] = upload.url
        before += upload.size
    return urls


def _upload(path: Path) -> Upload:
    try:
        return Upload(path=path, size=path.stat().st_size)
    except OSError as error:
        raise MediaMissing(f"{path} is not there any more.", detail=str(error)) from error
