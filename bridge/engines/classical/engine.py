"""The embedded engine behind the engine protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pydantic import BaseModel, JsonValue

from bridge.engines.base import Codes, Lift, Plate, Target

from .curve import KNOTS, adaptive_curve, hard_clip_curve
from .lifts import bt2446a_lift, bt2446c_lift, curve_lift
from .parameters import STATEMENT, ClassicalParameters, DisplayTransfer, Method, SourceKind, read_parameters
from .statistics import clip_statistics


class ClassicalEngine:
    name = "classical"
    version = "1"
    statement = STATEMENT
    parameters: type[BaseModel] = ClassicalParameters

    def fit(self, plate: Plate, samples: Iterable[Codes], parameters: Mapping[str, Any], target: Target) -> Lift:
        settings = read_parameters(parameters)
        if settings.transfer is not DisplayTransfer.AUTO:
            plate = replace(plate, transfer=settings.transfer.value)
        provenance: dict[str, JsonValue] = {
            "engine": self.name,
            "engine_version": self.version,
            "statement": self.statement,
            "method": settings.method.value,
            "transfer": plate.transfer,
        }
        match settings.method:
            case Method.BT2446A:
                return bt2446a_lift(plate, target, provenance)
            case Method.BT2446C:
                return bt2446c_lift(plate, target, provenance)
            case Method.C4:
                statistics = clip_statistics(samples, plate.bits)
                make = hard_clip_curve if settings.source is SourceKind.HARD_CLIP else adaptive_curve
                curve = make(statistics, settings.strength)
                provenance |= {
                    "strength": settings.strength,
                    "source": settings.source.value,
                    "knots": list(KNOTS),
                    "gains": list(curve.gains),
                    "statistics": asdict(statistics),
                }
                return curve_lift(plate, curve, target, provenance)
