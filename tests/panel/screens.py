"""Pictures of the panel in its main states: `python -m tests.panel.screens FOLDER HOME TIMELINE [dark] [LANGUAGE]`.

A process of its own, because the scale of a screen (QT_SCALE_FACTOR) is settled when Qt starts. HOME is the state
folder of a bridge; TIMELINE, which has two clips, is opened. A server that the environment declares as fal is to lose
the answer to one of two submissions, and never to end the job of the other.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget

from bridge.domain.errors import EngineFailed
from bridge.domain.job import Running, Unknown, is_final
from plugin.standalone.launch import Window
from qt_panels import language
from qt_panels.memory import Look, Memory

ERROR = EngineFailed(
    "The engine stopped at frame 86412.", detail="Traceback (most recent call last):\n  …", remedy="Retry the job."
)


def dark() -> QPalette:
    palette = QPalette(QColor(56, 56, 58), QColor(44, 44, 46))
    for role, shade in (
        (QPalette.ColorRole.Base, 32),
        (QPalette.ColorRole.AlternateBase, 38),
        (QPalette.ColorRole.Text, 222),
        (QPalette.ColorRole.WindowText, 222),
        (QPalette.ColorRole.ButtonText, 222),
        (QPalette.ColorRole.PlaceholderText, 150),
    ):
        palette.setColor(role, QColor(shade, shade, shade))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(125, 125, 125))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(64, 124, 190))
    return palette


def cut_off(window: QWidget) -> list[str]:
    """Texts of buttons and of one-line labels that have less room than they need."""
    tight = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QAbstractButton | QLabel):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        if widget.text() and not wraps and widget.width() < widget.minimumSizeHint().width():
            tight.append(f"{type(widget).__name__} {widget.text()!r}: {widget.width()}")
    return tight


class Camera:
    """`tight` are the texts that were cut off in what it has taken."""

    def __init__(self, app: QApplication, folder: Path, window: QWidget) -> None:
        self.app = app
        self.folder = folder
        self.window = window
        self.tight: list[str] = []

    def until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come to pass"
            self.app.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float = 0.4) -> None:
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def take(self, name: str, widget: QWidget | None = None) -> None:
        self.rest()
        seen = widget or self.window
        assert seen.grab().save(str(self.folder / f"{name}.png"))
        self.tight += [f"{name}: {text}" for text in cut_off(seen)]

    def dialog(self) -> QDialog:
        return next(each for each in self.app.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible())


class Photographer(Camera):
    def __init__(self, app: QApplication, folder: Path, home: Path, timeline: Path) -> None:
        self.window: Window = Window(home, Memory.in_file(folder / "memory.ini"))
        super().__init__(app, folder, self.window)
        self.timeline = timeline

    def all(self) -> None:
        window, panel = self.window, self.window.panel
        window.resize(1440, 900)
        window.show()
        window.welcome()
        self.until(lambda: any("$" in label.text() for label in self.dialog().findChildren(QLabel)))
        self.take("first_run", self.dialog())
        self.dialog().accept()
        self.until(lambda: panel.look.choice.state.text())
        self.take("empty")
        window.browser.open_paths([self.timeline])
        self.until(lambda: window.host.opened.clips)
        window.browser.select_all()
        self.until(lambda: panel.clips_model.ready)
        self.take("ready")
        before = len(panel.jobs_model.jobs)
        panel.go.button.click()
        self.until(lambda: len(panel.jobs_model.jobs) == before + 2)
        self.until(lambda: any(job.state.state == "running" for job in panel.jobs_model.jobs))
        self.take("running")
        self.until(lambda: all(is_final(job.state) for job in panel.jobs_model.jobs))
        self.until(lambda: panel.notice.isVisible())
        self.look()
        self.remote()
        self.settings()
        panel.problems.show_report(ERROR.report())
        self.take("error")
        window.resize(560, 900)
        self.take("narrow")

    def look(self) -> None:
        panel, viewer = self.window.panel, self.window.panel.viewer
        panel.jobs.select(max(panel.jobs_model.jobs, key=lambda job: job.created).id)
        self.until(lambda: viewer.canvas._images)
        viewer.command("split").trigger()
        viewer.command("scopes").trigger()
        viewer.controls.exposure.entry.setValue(-1.5)
        viewer.show_frame(6)
        self.until(lambda: len(viewer.canvas._images) == 2)
        self.rest(1)
        self.take("viewer")
        viewer.command("false_color").trigger()
        self.rest(0.6)
        self.take("false_color")

    def remote(self) -> None:
        """fal stands in the environment of this process; Oxen has no key there."""
        panel = self.window.panel
        panel.look.use(Look(backend="oxen"))
        self.take("needs_key")
        panel.look.use(Look(backend="fal", workflow="inpaint", values={"prompt": "a lake at dawn", "seed": 7}))
        panel.clips.select(panel.clips_model.rows[0].clip.id)
        panel.look.masks.put(panel.clips_model.rows[0].clip.id, Path("/plates/sky_matte_v003.mov"))
        self.take("remote_form")
        panel.look.form.more.setChecked(True)
        self.take("remote_more")
        panel.look.masks.put(panel.clips_model.rows[0].clip.id, None)
        panel.look.use(Look(backend="fal"))
        self.until(lambda: len(panel.starting.plan.works) == 2)
        panel.go.button.click()
        jobs = panel.jobs_model
        self.until(lambda: any(isinstance(job.state, Unknown) for job in jobs.jobs))
        self.until(lambda: any(isinstance(job.state, Running) and job.state.note for job in jobs.jobs))
        panel.jobs.select(next(job.id for job in jobs.jobs if isinstance(job.state, Unknown)))
        panel.arrangement._rows[1].setSizes([300, 500])
        self.take("remote_jobs")
        panel.jobs.cancel_all.trigger()
        self.until(lambda: all(is_final(job.state) for job in jobs.jobs))
        panel.look.use(Look())

    def settings(self) -> None:
        for page in ("output", "import", "endpoints", "shortcuts"):
            self.window.open_settings(page)
            self.take(f"settings_{page}", self.dialog())
            self.dialog().reject()
            self.rest(0.1)


def application(folder: Path, wishes: Sequence[str]) -> QApplication:
    app = QApplication(["superwhite"])
    app.setStyle("Fusion")
    if "dark" in wishes:
        app.setPalette(dark())
    language.install(app, next((wish for wish in wishes if wish in language.LANGUAGES), "en"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.ini").unlink(missing_ok=True)  # pictures may be kept there, looks are not
    return app


def main(folder: Path, home: Path, timeline: Path, *wishes: str) -> int:
    app = application(folder, wishes)
    photographer = Photographer(app, folder, home, timeline)
    photographer.all()
    photographer.window.close()
    sys.stdout.write("\n".join(photographer.tight))
    return 1 if photographer.tight else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4]), *sys.argv[4:]))
