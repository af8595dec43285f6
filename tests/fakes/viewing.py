"""The bridge's viewing, as a class with its traps: slow, failing, damaged, out of order."""

from __future__ import annotations

import random
from fractions import Fraction

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from bridge.domain.errors import BridgeLost, OutputVanished
from bridge.domain.view import PQ_LEVELS, PictureQuery, Pixel, Scopes, SubjectFacts


class FakeViewing(QObject):
    """Frame n of `after` is all n % 200 + 50, of `before` 20. `delay` in milliseconds, longer for `before`; `slow` is
    that of single frames. Frames in `bad` are damaged.
    """

    def __init__(self, frames: int = 100, sides=("before", "after"), size=(640, 360)) -> None:
        super().__init__()
        self.facts = SubjectFacts(
            frames=frames,
            first_number=1001,
            rate=Fraction(24),
            width=size[0],
            height=size[1],
            pixel_aspect=Fraction(1),
            sides=sides,
        )
        self.delay = 5
        self.jumble = False
        self.trap = ""
        self.bad: set[int] = set()
        self.slow: dict[int, int] = {}
        self.asked: list[PictureQuery] = []
        self.others: list[str] = []
        self.most_at_once = self._at_once = 0
        self._latest: dict[tuple[int, str], object] = {}

    def ask(self, owner, call, then, fail=None, *, key=None):
        mark = object()
        if key:
            self._latest[id(owner), key] = mark
        delay = self.delay

        def answer():
            self._at_once -= call.path.endswith("picture")
            if not isValid(owner):
                return
            if key and self._latest[id(owner), key] is not mark:
                return
            try:
                value = self._value(call)
            except (OutputVanished, BridgeLost) as error:
                (fail or (lambda _: None))(error.report())
                return
            then(value)

        if call.path.endswith("picture"):
            query = PictureQuery.model_validate_json(call.content)
            self.asked.append(query)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            delay = self.delay * (3 if query.side == "before" else 1)
            if self.jumble:
                delay = random.Random(query.frame).choice((1, 60))
            delay = self.slow.get(query.frame, delay)
        else:
            self.others.append(call.path)
        QTimer.singleShot(delay, answer)

    def _value(self, call):
        if self.trap == "gone":
            raise OutputVanished("The drive is gone.", remedy="Reconnect it.")
        if self.trap == "lost":
            raise BridgeLost("The bridge went away.")
        match call.path.rsplit("/", 1)[1]:
            case "subject":
                return self.facts
            case "picture":
                return self._picture(PictureQuery.model_validate_json(call.content))
            case "pixel":
                return Pixel(red=4.0, green=2.0, blue=1.0, nits=812.0)
            case "scopes":
                levels = tuple(range(PQ_LEVELS))
                import base64

                return Scopes(
                    red=levels,
                    green=levels,
                    blue=levels,
                    luminance=levels,
                    columns=16,
                    waveform=base64.b64encode(bytes(16 * PQ_LEVELS)),
                    peak_nits=1000,
                    average_nits=50,
                )
        raise AssertionError(call.path)

    def _picture(self, query: PictureQuery) -> bytes:
        shade = 20 if query.side == "before" else query.frame % 200 + 50
        width = min(query.width, self.facts.width)
        height = max(1, width * self.facts.height // self.facts.width)
        body = bytes([shade]) * (3 * width * height)
        if query.frame in self.bad:
            return b"P6 0 0 255\n"
        match self.trap:
            case "short":
                body = body[:-1]
            case "huge":
                return b"P6 99999 99999 255\n"
            case "html":
                return b"<html>502 Bad Gateway</html>"
        return b"P6 %d %d 255\n" % (width, height) + body
