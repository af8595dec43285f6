"""What lies in safetensors files, read from their headers alone.

The format: eight bytes with the header's length (little endian), the header as JSON, then the tensors without a gap
(https://github.com/huggingface/safetensors, “Format”). Everything in it is somebody else's word until it is checked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard, cast

from bridge.domain.errors import WeightsDamaged, WeightsMissing

_LONGEST_HEADER = 100_000_000
"""Bytes; the format's own library takes no longer one."""

_LARGEST_CONFIG = 16 * 1024 * 1024

_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
}


@dataclass(frozen=True)
class Header:
    """`shapes` by the tensors' names; `metadata` is what the maker of the file has written beside them."""

    shapes: Mapping[str, tuple[int, ...]]
    metadata: Mapping[str, str]


def read_header(path: Path) -> Header:
    """The header of a safetensors file that is whole.

    Raises `WeightsMissing` where there is none, `WeightsDamaged` for one that is cut off or no such file.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, _LONGEST_HEADER):
                raise _damaged(path, "its header is cut off, or it is no safetensors file")
            text = file.read(length)
    except FileNotFoundError as error:
        raise WeightsMissing(f"{path} is not there.") from error
    except OSError as error:
        raise WeightsDamaged(f"{path} cannot be read.", detail=repr(error)) from error
    found = _object(text, path)
    metadata = found.pop("__metadata__", {})
    if not _is_object(metadata) or not all(isinstance(value, str) for value in metadata.values()):
        raise _damaged(path, "its header has metadata that is no text")
    spans = sorted((*_tensor(value, name, path), name) for name, value in found.items())
    end = 0
    for start, stop, _, name in spans:
        if start != end:
            raise _damaged(path, f"“{name}” in it does not begin where the tensor before it ends")
        end = stop
    _demand_length(path, size, 8 + length + end)
    return Header({name: shape for _, _, shape, name in spans}, cast("Mapping[str, str]", metadata))


def read_model(folder: Path) -> Header:
    """All tensors of a model as diffusers and transformers save it: one file, or shards and their index.

    Raises as `read_header` does, and `WeightsDamaged` where index and shards disagree.
    """
    for stem in ("diffusion_pytorch_model", "model"):
        whole, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
        if index.is_file():
            return _read_shards(index)
        if whole.is_file():
            return read_header(whole)
    raise WeightsMissing(f"{folder} holds no weights.")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file that holds an object. Raises `WeightsMissing` and `WeightsDamaged`."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_CONFIG + 1)
    except FileNotFoundError as error:
        raise WeightsMissing(f"{path} is not there.") from error
    except OSError as error:
        raise WeightsDamaged(f"{path} cannot be read.", detail=repr(error)) from error
    if len(text) > _LARGEST_CONFIG:
        raise _damaged(path, "it is longer than any such file")
    return _object(text, path)


def _read_shards(index: Path) -> Header:
    places = read_json(index).get("weight_map")
    if not _is_object(places) or not places:
        raise _damaged(index, "it names no shards")
    files = {str(place) for place in places.values()}
    if any(not name or Path(name).name != name or "\\" in name or "\0" in name for name in files):
        raise _damaged(index, "it names files outside its folder")
    headers = {name: read_header(index.parent / name) for name in sorted(files)}
    for tensor, place in places.items():
        if tensor not in headers[str(place)].shapes:
            raise _damaged(index, f"“{tensor}” is not in {place}")
    shapes = {tensor: headers[str(place)].shapes[tensor] for tensor, place in places.items()}
    if len(shapes) != sum(len(header.shapes) for header in headers.values()):
        raise _damaged(index, "the shards hold tensors that it does not name")
    return Header(shapes, next(iter(headers.values())).metadata)


def _tensor(value: object, name: str, path: Path) -> tuple[int, int, tuple[int, ...]]:
    """First byte, byte after the last, and shape."""
    entry = value if _is_object(value) else {}
    shape, span = entry.get("shape"), entry.get("data_offsets")
    bits = _BITS.get(str(entry.get("dtype")))
    if bits is None or not _are_counts(shape) or not _are_counts(span) or len(span) != 2:
        raise _damaged(path, f"“{name}” in it is of no known kind")
    start, stop = span
    if (stop - start) * 8 != math.prod(shape) * bits:
        raise _damaged(path, f"“{name}” in it has another length than its shape says")
    return start, stop, tuple(shape)


def _demand_length(path: Path, size: int, whole: int) -> None:
    if size < whole:
        raise _damaged(path, f"{whole - size:,} of its {whole:,} bytes are missing")
    if size > whole:
        raise _damaged(path, f"it is {size - whole:,} bytes longer than its tensors")


def _object(text: bytes, path: Path) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            # Which of two entries counts is up to each reader, so that two can take one file for different things.
            raise ValueError("a name is given twice")
        return found

    try:
        value: object = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"its JSON cannot be read ({str(error)[:100]})") from error
    if not _is_object(value):
        raise _damaged(path, "its JSON is no object")
    return value


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _are_counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        type(each) is int and 0 <= each < 2**48 for each in cast("list[Any]", value)
    )


def _damaged(path: Path, why: str) -> WeightsDamaged:
    return WeightsDamaged(f"{path} is damaged: {why}.")
