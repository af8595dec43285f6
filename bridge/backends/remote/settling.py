"""What a request comes to at an endpoint: which offer, which settings, which body, which price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from pydantic import BaseModel, JsonValue

from bridge.domain.capability import Capability
from bridge.domain.errors import MediaMissing, RequestError, SpendLimitReached, WorkflowUnknown
from bridge.domain.given import checked
from bridge.domain.ltx import FEWEST_FRAMES, PRESETS, Common, Lora, resolution_on_wire
from bridge.domain.settings import Endpoint
from bridge.domain.workflow import LiftRequest
from bridge.engines.ltx.parameters import LtxParameters
from bridge.engines.protocol import Plates

from .offers import Offer, offers

_REMOTE = re.compile(r"https?://|data:", re.IGNORECASE)


def offered(endpoint: Endpoint, engine: str = "") -> tuple[Capability, ...]:
    return tuple(offer.capability(endpoint.name) for offer in offers(endpoint.kind, engine))


def demand_offer(endpoint: Endpoint, request: LiftRequest, engine: str = "") -> Offer:
    """Raises `WorkflowUnknown` for what the endpoint does not offer, and `RequestError` for what it needs and lacks."""
    known = offers(endpoint.kind, engine)
    offer = next((offer for offer in known if offer.workflow == request.workflow), None)
    if offer is None:
        names = ", ".join(offer.workflow for offer in known)
        raise WorkflowUnknown(f"{endpoint.title} does not offer {request.workflow}.", remedy=f"It offers: {names}.")
    if offer.unknown:
        raise WorkflowUnknown(f"{offer.title} cannot be used yet.", remedy=offer.unknown)
    if offer.mask == "needed" and request.mask is None:
        raise RequestError(f"{offer.title} needs a mask.", remedy="Give one: white where the picture is made anew.")
    if offer.mask == "none" and request.mask is not None:
        raise RequestError(f"{offer.title} takes no mask.", remedy="Leave the mask out.")
    return offer


def read_settings(offer: Offer, request: LiftRequest) -> BaseModel:
    """The settings as the offer's model. Raises `RequestError`, which names the first that does not fit, and
    `MediaMissing` for a file that is not there.
    """
    settings = checked(offer.parameters, request.parameters, title=offer.title)
    for name, path in local_files(settings).items():
        if not path.is_file():
            raise MediaMissing(f"The setting {name} names {path}, where no file lies.")
    return settings


def titles_of(offer: Offer) -> Mapping[str, str]:
    """What people read for each wire name."""
    return {name: field.title for name, field in offer.parameters.model_fields.items() if field.title}


def local_files(settings: BaseModel) -> dict[str, Path]:
    """Settings that name a file of this machine where the endpoint wants an address: they are uploaded."""
    found: dict[str, Path] = {}
    for name, value in settings:
        if name.endswith("_url") and isinstance(value, str) and not _REMOTE.match(value):
            found[name] = Path(value).expanduser()
        if name == "loras":
            found |= {
                f"loras.{place}": Path(lora.path).expanduser()
                for place, lora in enumerate(cast("tuple[Lora, ...]", value))
                if not _REMOTE.match(lora.path)
            }
    return found


def frames_asked(settings: BaseModel, offer: Offer, plates: Plates) -> int:
    """How many frames the endpoint is to make. Raises `RequestError` where it makes none so many, and where fewer are
    asked for than the clip has: what came back would be paid for, and be too short.
    """
    if not isinstance(settings, Common):
        return max(FEWEST_FRAMES, offer.limits.padded(plates.sent))
    if settings.num_frames is not None and not getattr(settings, "match_audio_length", False):
        if settings.num_frames < plates.frames:
            raise RequestError(
                f"The clip has {plates.frames} frames, but num_frames is {settings.num_frames}.",
                remedy="Leave num_frames out, or choose a shorter range.",
            )
        return settings.num_frames
    if plates.plate is None:
        rate = settings.frames_per_second or float(plates.rate)
        return offer.limits.padded(round(plates.seconds * rate))
    return offer.limits.padded(plates.sent)


def size_asked(settings: BaseModel, plates: Plates) -> tuple[int, int]:
    """Width and height that are charged for at most: those asked for, else the plate's; for sound alone, 720p."""
    match getattr(settings, "resolution", None):
        case str(resolution) if isinstance(size := resolution_on_wire(resolution), dict):
            return int(str(size["width"])), int(str(size["height"]))
        case str(preset) if preset in PRESETS:
            return PRESETS[preset]
        case _:
            return (plates.width, plates.height) if plates.width else (1280, 720)


def demand_affordable(offer: Offer, settings: BaseModel, plates: Plates, limit: float | None) -> float | None:
    """US dollars that the job costs at most; none where that is not known, or nothing is charged.

    Raises `SpendLimitReached`, also where there is a limit and the price is not known.
    """
    if offer.price is None:
        if limit is not None and not offer.price_known:
            raise SpendLimitReached(
                f"What {offer.title} costs is not known, so the limit of ${limit:.2f} cannot be kept.",
                remedy="Lift the limit for this job, or choose another endpoint.",
            )
        return None
    width, height = size_asked(settings, plates)
    cost = offer.price.of(frames_asked(settings, offer, plates), width, height)
    if limit is not None and cost > limit:
        raise SpendLimitReached(f"The job would cost ${cost:.4f}, which is more than the limit of ${limit:.4f}.")
    return cost


def fal_body(
    offer: Offer,
    settings: BaseModel,
    plates: Plates,
    request: LiftRequest,
    urls: Mapping[str, str],
    *,
    ours: bool,
) -> dict[str, JsonValue]:
    """What fal is sent: every setting by its own name, with what the clip decides filled in. `urls` are the addresses
    of what was uploaded. One of `ours` is told what fal has no words for.
    """
    white = request.output.reference_white
    if isinstance(settings, LtxParameters):
        parameters = settings.model_dump(mode="json", exclude={"seed", "loras"})
        # What fal has words for is said in them.
        added: list[JsonValue] = [
            {"path": urls[f"loras.{place}"], "scale": lora.scale} for place, lora in enumerate(settings.loras)
        ]
        seed: dict[str, JsonValue] = {} if settings.seed is None else {"seed": settings.seed}
        return {
            "prompt": "HDR footage",
            "num_frames": frames_asked(settings, offer, plates),
            "frames_per_second": float(plates.rate),
            "loras": added,
            "superwhite": {"parameters": parameters, "reference_white": white},
            **seed,
            **{name: url for name, url in urls.items() if "." not in name},
        }
    if not isinstance(settings, Common):
        return {
            "prompt": "HDR footage",
            "num_frames": frames_asked(settings, offer, plates),
            "frames_per_second": float(plates.rate),
            "superwhite": {"parameters": settings.model_dump(mode="json"), "reference_white": white},
            **urls,
        }
    body: dict[str, JsonValue] = settings.model_dump(mode="json", exclude_none=True)
    body["num_frames"] = frames_asked(settings, offer, plates)
    body["frames_per_second"] = settings.frames_per_second or float(plates.rate)
    if ours:
        body["superwhite"] = {"reference_white": white}
    if "resolution" in offer.parameters.model_fields:
        chosen = getattr(settings, "resolution", None)
        own = f"{plates.width}x{plates.height}" if plates.width else "auto"
        body["resolution"] = resolution_on_wire(chosen or own)
    loras = body.get("loras")
    if isinstance(loras, list):
        body["loras"] = [
            {**lora, "path": urls.get(f"loras.{place}", lora["path"])} if isinstance(lora, dict) else lora
            for place, lora in enumerate(loras)
        ]
        if not loras and offer.workflow == "hdr_lift":
            del body["loras"]
    return body | {name: url for name, url in urls.items() if "." not in name}


def fal_app(offer: Offer, settings: BaseModel) -> str:
    """The endpoint's id: the HDR lift has one of its own for LoRAs."""
    if offer.workflow == "hdr_lift" and getattr(settings, "loras", ()):
        return f"{offer.app}/lora"
    return offer.app
