"""Settings from outside, as the model that says what they may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .errors import RequestError

Model = TypeVar("Model", bound=BaseModel)


def checked(kind: type[Model], parameters: Mapping[str, Any], *, title: str = "", remedy: str | None = None) -> Model:
    """`parameters` as `kind`. Raises `RequestError` with a sentence about the first that does not fit; `title` is what
    people call that which wants them.
    """
    try:
        return kind.model_validate(dict(parameters))
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if not name:
            sentence = f"These settings do not fit: {message}."
        elif title and fault["type"] == "missing":
            sentence = f"{title} needs the setting {name}."
        else:
            sentence = f"The setting {name} cannot be used: {message}."
        raise RequestError(sentence, remedy=remedy) from None
