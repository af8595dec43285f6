"""What endpoints say when they refuse, in words about the user's own settings.

Kinds of faults are those of fal's documentation (“Errors”), and of pydantic where fal passes its own on. They are told
by `type`; `msg` is for people and is only quoted where nothing better is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from bridge.domain.errors import KeyRefused, RemoteFailed, RemoteRefused, SuperwhiteError
from bridge.net.service import Reply

_TITLES = {
    "video_url": "the clip",
    "mask_video_url": "the mask",
    "audio_url": "the sound",
    "image_url": "the image",
    "loras": "the LoRAs",
}

_LONGEST = 300
_MARKUP = re.compile(r"<[^>]*>|\s+")


def refusal(service: str, reply: Reply, titles: Mapping[str, str]) -> SuperwhiteError:
    """The error for an answer that is no success. `titles` are the names of settings by their wire names."""
    body = reply.json()
    detail = _detail(body)
    shown = f"HTTP {reply.status}" + (f", {kind}" if (kind := _kind(reply, body)) else "")
    if reply.status in (401, 403) and not _is_about_money(detail):
        return KeyRefused(f"{service} does not accept the key ({shown}).", detail=detail)
    if isinstance(faults := _faults(body), list):
        sentences = list(dict.fromkeys(_sentence(fault, titles) for fault in faults))
        if sentences:
            return RemoteRefused(f"{service} refuses the job: {' '.join(sentences)}", detail=_detail(body))
    if reply.status >= 500:
        return RemoteFailed(f"{service} failed at the job: {detail or shown}.", detail=shown)
    if reply.status == 499:
        return RemoteFailed(f"{service} says that the job was cancelled.", detail=detail)
    return RemoteRefused(
        f"{service} refuses the job: {_ended(detail) if detail else f'it answers {shown}.'}", detail=shown
    )


def failure(service: str, error: str, kind: str) -> RemoteFailed:
    """For a job that the endpoint itself calls failed."""
    return RemoteFailed(
        f"{service} failed at the job: {_ended(plain(error) or kind or 'it gives no reason')}", detail=kind
    )


def is_from_service(reply: Reply) -> bool:
    """Whether the service itself has answered, and not something on the way to it."""
    if "x-fal-request-id" in reply.headers:
        return True
    body = reply.json()
    return isinstance(body, dict) and bool({"detail", "error", "error_type", "status"} & body.keys())


def _faults(body: JsonValue) -> list[JsonValue] | None:
    detail = body.get("detail") if isinstance(body, dict) else None
    return detail if isinstance(detail, list) else None


def _detail(body: JsonValue) -> str:
    """What a body says, without markup, shortened; nothing of what was sent, which faults repeat."""
    if not isinstance(body, dict):
        return ""
    for name in ("detail", "error", "message", "error_message", "status_message", "title"):
        value = body.get(name)
        if isinstance(value, str) and value:
            return plain(value)
        if isinstance(value, dict) and (inner := _detail(value)):
            return inner
        if isinstance(value, list):
            return "; ".join(plain(_text(fault, "msg")) for fault in value)[:_LONGEST]
    return ""


def _kind(reply: Reply, body: JsonValue) -> str:
    return reply.headers.get("x-fal-error-type", "") or _text(body, "error_type")


def _is_about_money(detail: str) -> bool:
    return bool(re.search(r"balance|credit|billing|payment|locked", detail, re.IGNORECASE))


def _sentence(fault: JsonValue, titles: Mapping[str, str]) -> str:
    location = fault.get("loc") if isinstance(fault, dict) else None
    parts = [str(part) for part in location if part != "body"] if isinstance(location, list) else []
    name = _named(parts, titles)
    context = fault.get("ctx") if isinstance(fault, dict) else None
    limits = cast("Mapping[str, JsonValue]", context) if isinstance(context, dict) else {}

    def limit(*names: str) -> str:
        found = next((limits[name] for name in names if name in limits), None)
        return ", ".join(map(str, found)) if isinstance(found, list) else str(found)

    match _text(fault, "type"):
        case "missing":
            return f"{name} is missing."
        case "greater_than":
            return f"{name} must be more than {limit('gt')}."
        case "greater_than_equal":
            return f"{name} must be at least {limit('ge')}."
        case "less_than":
            return f"{name} must be less than {limit('lt')}."
        case "less_than_equal":
            return f"{name} must be at most {limit('le')}."
        case "multiple_of":
            return f"{name} must be a multiple of {limit('multiple_of')}."
        case "one_of" | "enum" | "literal_error":
            return f"{name} must be one of {limit('expected')}."
        case "sequence_too_long" | "too_long":
            return f"{name}: there may be at most {limit('max_length')}."
        case "sequence_too_short" | "too_short":
            return f"{name}: there must be at least {limit('min_length')}."
        case "file_download_error":
            return f"{name} could not be fetched by the endpoint."
        case "file_too_large":
            return f"{name} is too large: at most {limit('max_size')} bytes are taken."
        case "video_duration_too_long" | "audio_duration_too_long":
            return f"{name} is too long: at most {limit('max_duration')} seconds are taken."
        case "video_duration_too_short" | "audio_duration_too_short":
            return f"{name} is too short: at least {limit('min_duration')} seconds are needed."
        case "unsupported_video_format" | "unsupported_audio_format" | "unsupported_image_format":
            return f"{name} is of a kind that is not taken: {limit('supported_formats')} are."
        case "image_too_small" | "image_too_large":
            return f"{name} has the wrong size: {plain(_text(fault, 'msg'))}"
        case "content_policy_violation":
            return "the content checker does not let it pass. The safety checker can be turned off in the settings."
        case "no_media_generated":
            return "nothing came out. Try another prompt or seed."
        case _:
            return f"{name}: {_ended(plain(_text(fault, 'msg')) or _text(fault, 'type') or 'it is not taken')}"


def _named(parts: list[str], titles: Mapping[str, str]) -> str:
    """`num_frames` is “Frames”; `loras, 0, path` is “LoRAs 1, path”."""
    if not parts:
        return "the request"
    head = parts[0]
    name = titles.get(head) or _TITLES.get(head) or head
    name = f"“{name}”" if head in titles else name
    rest = [str(int(part) + 1) if part.isdigit() else part for part in parts[1:]]
    return " ".join([name, *rest])


def _text(value: JsonValue, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def plain(text: str) -> str:
    """Without markup and line breaks, shortened: it comes from outside and is shown to people."""
    clean = "".join(letter for letter in _MARKUP.sub(" ", text) if letter.isprintable())
    return clean.strip()[:_LONGEST]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
