"""The viewer: before and after of a lift on any screen, and what was measured of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.job import Imported, Job, Ready
from bridge.domain.view import (
    ClipSubject,
    JobSubject,
    Mode,
    Scopes,
    ScopesQuery,
    Side,
    Subject,
    SubjectFacts,
)
from qt_panels import theme, wording
from qt_panels.asks import Asks

from .canvas import Canvas
from .controls import Controls
from .feed import Feed, Show, Wish
from .glyphs import transport
from .latest import Latest
from .legend import Legend
from .player import Player
from .readout import Readout
from .scopes import ScopesView
from .verdict import verdict

_REST_MILLISECONDS = 150
_SCOPES_MILLISECONDS = 250
_AHEAD = 8
"""Frames that are fetched in advance while the clip plays."""


class Viewer(QWidget):
    """What keeps a frame from being seen is told in the picture's place."""

    def __init__(self, asks: Asks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._subject: Subject | None = None
        self._facts: SubjectFacts | None = None
        self._white = 203
        self._side: Side = "after"
        self._frame = 0
        self._seen = 0
        self._pixel_at: QPoint | None = None
        self.canvas = Canvas()
        self.controls = Controls()
        self.scopes = ScopesView()
        self.legend = Legend()
        self._key = QWidget()
        self.readout = Readout(asks)
        self.verdict = QLabel()
        self.feed = Feed(asks, self)
        self.player = Player(self)
        self._measuring = Latest(asks, _SCOPES_MILLISECONDS, self)
        self._commands = self._make_commands()
        self._lay_out()
        self._connect()
        self.clear()

    # For the panel

    @property
    def commands(self) -> tuple[QAction, ...]:
        return self._commands

    def command(self, name: str) -> QAction:
        return next(action for action in self._commands if action.objectName() == name)

    def show_job(self, job: Job) -> None:
        """Before and after of what `job` made; says so where it has made nothing."""
        match job.state:
            case Ready(result=result) | Imported(result=result):
                self._white = result.reference_white
                self.verdict.setText("\n".join(verdict(result)))
                self._look_at(JobSubject(job=job.id))
            case _:
                self.clear(self.tr("There is nothing to see of this job yet."))

    def show_clip(self, path: Path, rate: Fraction | None) -> None:
        """A clip as it is before it is lifted."""
        self._white = 203
        self.verdict.setText("")
        self._look_at(ClipSubject(path=path, rate=rate))

    def clear(self, message: str = "") -> None:
        self.pause()
        self._subject, self._facts = None, None
        self.feed.look_at(None)
        self.verdict.setText("")
        self._told(message or self.tr("Choose a job or a clip to look at it here."))

    def refresh(self) -> None:
        """Look again, after the bridge or a drive was away."""
        if self._subject:
            self._look_at(self._subject)

    def pause(self) -> None:
        self.player.pause()
        self._show_playing()

    def show_frame(self, frame: int) -> None:
        """Move the playhead."""
        if self._facts:
            self._frame = max(0, min(frame, self._facts.frames - 1))
            self.controls.set_frame(self._frame)
            self._want()

    # Building

    def _make_commands(self) -> tuple[QAction, ...]:
        made: list[QAction] = []

        def command(name: str, text: str, act: Callable[[], None], *, checkable: bool = False) -> QAction:
            action = QAction(text, self)
            action.setObjectName(name)
            action.setCheckable(checkable)
            action.triggered.connect(lambda _=False: act())
            self.addAction(action)
            made.append(action)
            return action

        command("toggle_side", self.tr("Before or after"), self._toggle_side)
        self._split = command("split", self.tr("Split"), self._split_toggled, checkable=True)
        self._play = command("play", self.tr("Play"), self._play_or_pause)
        command("previous_frame", self.tr("Previous frame"), lambda: self.show_frame(self._frame - 1))
        command("next_frame", self.tr("Next frame"), lambda: self.show_frame(self._frame + 1))
        command("first_frame", self.tr("First frame"), lambda: self.show_frame(0))
        command("last_frame", self.tr("Last frame"), lambda: self.show_frame(1 << 31))
        self._fit = command("fit", self.tr("Fit"), self.canvas.fit)
        command("actual_size", self.tr("Actual size"), lambda: self.canvas.zoom_to(1.0))
        command("zoom_in", self.tr("Zoom in"), lambda: self.canvas.zoom_to(self.canvas.scale * 1.25))
        command("zoom_out", self.tr("Zoom out"), lambda: self.canvas.zoom_to(self.canvas.scale / 1.25))
        command("exposure_up", self.tr("Exposure up"), lambda: self.controls.exposure.move(0.5))
        command("exposure_down", self.tr("Exposure down"), lambda: self.controls.exposure.move(-0.5))
        command("exposure_reset", self.tr("Reset exposure"), self.controls.exposure.reset)
        command("display", self.tr("As exposed"), lambda: self.controls.choose("display"))
        command("tone_mapped", self.tr("Tone-mapped"), lambda: self.controls.choose("tone_mapped"))
        command("false_color", self.tr("False colours"), lambda: self.controls.choose("false_color"))
        self._scopes_shown = command("scopes", self.tr("Scopes"), self._scopes_toggled, checkable=True)
        command("split_left", self.tr("Move the split left"), lambda: self._move_split(-0.05))
        command("split_right", self.tr("Move the split right"), lambda: self._move_split(0.05))
        return tuple(made)

    def _lay_out(self) -> None:
        for button, action in (
            (self.controls.play, self._play),
            (self.controls.split, self._split),
            (self.controls.scopes, self._scopes_shown),
            (self.controls.fit, self._fit),
        ):
            _give(button, action)
        self.readout.setAccessibleName(self.tr("Light under the pointer"))
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setAccessibleName(self.tr("What was measured"))
        self.scopes.hide()
        self._key.hide()
        self._middle = QHBoxLayout()
        theme.spaced(self._middle, self, margins=0)
        self._middle.addWidget(self.canvas, 1)
        self._middle.addWidget(self.scopes)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addLayout(self._middle, 1)
        key = QHBoxLayout(self._key)
        theme.spaced(key, self, margins=0)
        key.addWidget(self.legend, 1)
        key.addWidget(QLabel("cd/m²"), 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self._key)
        layout.addWidget(self.readout)
        layout.addWidget(self.controls)
        layout.addWidget(self.verdict)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        self._rest = QTimer(self, singleShot=True, interval=_REST_MILLISECONDS)
        self._rest.timeout.connect(self._ask_scopes)
        self.feed.shown.connect(self._shown)
        self.feed.failed.connect(self._frame_failed)
        self.player.moved.connect(self._played)
        self.player.reached.connect(self._rate_reached)
        self.controls.scrubbed.connect(self._scrubbed)
        self.controls.exposure.changed.connect(self._want)
        self.controls.mode_changed.connect(self._mode_changed)
        self.canvas.size_wanted.connect(self._want)
        self.canvas.hovered.connect(self._hovered)

    # The subject

    def _look_at(self, subject: Subject) -> None:
        self.pause()
        self._measuring.forget()
        self.readout.forget()
        again = subject == self._subject
        self._subject, self._facts = subject, None
        self.feed.look_at(subject)
        if not again:
            self._frame = 0
            self._told(self.tr("Looking …"))
        self._asks.ask(self, calls.subject_facts(subject), self._take_facts, self._subject_failed, key="facts")

    def _take_facts(self, facts: SubjectFacts) -> None:
        self._facts = facts
        self.controls.setEnabled(True)
        self.controls.set_frames(facts.frames, self._position(facts.frames - 1, facts))
        both = len(facts.sides) == 2
        self._split.setEnabled(both)
        self._side = "after" if "after" in facts.sides else "before"
        self.canvas.set_side(self._side)
        self.canvas.set_split(0.5 if both and self._split.isChecked() else None)
        self.canvas.set_frame_size(QSize(facts.width, facts.height), float(facts.pixel_aspect))
        self.show_frame(self._frame)

    def _subject_failed(self, error: ErrorReport) -> None:
        self._told(_sentences(error))

    def _frame_failed(self, error: ErrorReport) -> None:
        self.pause()
        self._say(_sentences(error))

    def _told(self, message: str) -> None:
        self._say(message)
        self.controls.setEnabled(False)
        self.controls.position.setText("")

    def _say(self, message: str) -> None:
        """In place of the picture, and of figures that would tell of a frame that is not there."""
        self.canvas.set_message(message)
        self._rest.stop()
        self._measuring.forget()
        self.readout.forget()
        self.scopes.show_scopes(None, self._white)

    # Frames

    def _want(self, *_: object) -> None:
        if self._facts is None:
            return
        size = self.canvas.wanted_size()
        sides: tuple[Side, ...] = ("before", "after") if self.canvas.split is not None else (self._side,)
        mode: Mode = self.controls.mode.currentData()
        exposure = 0.0 if mode == "false_color" else self.controls.exposure.stops
        show = Show(sides, mode, exposure, size.width(), size.height())
        ahead = range(self._frame + 1, self._frame + 1 + _AHEAD) if self.player.playing else ()
        self.feed.want(self._frame, show, [frame % self._facts.frames for frame in ahead])

    def _shown(self, wish: Wish, images: dict[Side, QImage]) -> None:
        self.canvas.set_images(images)
        self.player.was_shown()
        self._seen = wish.frame
        if self._facts:
            self.controls.position.setText(self._position(wish.frame, self._facts))
        if self.player.playing:
            self._ask_scopes()
        else:
            self._rest.start()
        self._read()

    def _position(self, frame: int, facts: SubjectFacts) -> str:
        return self.tr("{number}   frame {frame} of {frames}").format(
            number=facts.first_number + frame, frame=frame + 1, frames=facts.frames
        )

    def _scrubbed(self, frame: int) -> None:
        self.pause()
        self._frame = frame
        self._want()

    def _played(self, frame: int) -> None:
        self._frame = frame
        self.controls.set_frame(frame)
        self._want()

    def _play_or_pause(self) -> None:
        if self.player.playing or self._facts is None:
            self.pause()
        else:
            self.player.play(self._frame, self._facts.frames, float(self._facts.rate))
            self._show_playing()

    def _show_playing(self) -> None:
        playing = self.player.playing
        self._play.setIcon(transport(playing=playing))
        self._play.setText(self.tr("Pause") if playing else self.tr("Play"))
        self.controls.pace.setText("")

    def _rate_reached(self, rate: float) -> None:
        if self._facts:
            text = self.tr("playing {reached} of {rate}").format(
                reached=f"{rate:.1f}", rate=wording.rate(self._facts.rate)
            )
            self.controls.pace.setText(text)

    # Ways to look

    def _toggle_side(self) -> None:
        if self._facts and len(self._facts.sides) == 2:
            self._side = "before" if self._side == "after" else "after"
            self._split.setChecked(False)
            self.canvas.set_split(None)
            self.canvas.set_side(self._side)
            self._want()

    def _split_toggled(self) -> None:
        self.canvas.set_split(0.5 if self._split.isChecked() else None)
        self._want()

    def _move_split(self, by: float) -> None:
        if self.canvas.split is not None:
            self.canvas.set_split(self.canvas.split + by)

    def _mode_changed(self, mode: Mode) -> None:
        self._key.setVisible(mode == "false_color")
        self.controls.exposure.setEnabled(mode != "false_color")
        self._want()

    # Measuring

    def _scopes_toggled(self) -> None:
        self.scopes.setVisible(self._scopes_shown.isChecked())
        self._ask_scopes()

    def _ask_scopes(self) -> None:
        if self._facts and self._subject and self.scopes.isVisible():
            query = ScopesQuery(subject=self._subject, side=self._side, frame=self._seen)
            self._measuring.ask((calls.scopes(query),), self._take_scopes, self._scopes_failed)

    def _take_scopes(self, answers: tuple[Scopes, ...]) -> None:
        self.scopes.show_scopes(answers[0], self._white)

    def _scopes_failed(self, error: ErrorReport) -> None:
        self.scopes.show_problem(error.sentence)

    def _hovered(self, at: QPoint | None) -> None:
        self._pixel_at = at
        self._read()

    def _read(self) -> None:
        if self._pixel_at is None or self._facts is None or self._subject is None:
            self.readout.forget()
            return
        sides: tuple[Side, ...] = self._facts.sides if self.canvas.split is not None else (self._side,)
        self.readout.read(self._subject, sides, self._seen, self._pixel_at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_scopes()

    def _place_scopes(self) -> None:
        """Beside the picture or below it: where they leave it larger."""
        room = self._middle.geometry()
        scopes = self.scopes.sizeHint()
        beside = min((room.width() - scopes.width()) * 9, room.height() * 16)
        below = min(room.width() * 9, (room.height() - scopes.height()) * 16)
        direction = QBoxLayout.Direction.LeftToRight if beside >= below else QBoxLayout.Direction.TopToBottom
        self._middle.setDirection(direction)


def _give(button: QToolButton, action: QAction) -> None:
    button.setDefaultAction(action)
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def _sentences(error: ErrorReport) -> str:
    return f"{error.sentence}\n{error.remedy}".strip()
