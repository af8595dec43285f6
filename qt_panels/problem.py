"""Errors, as bars above the panel: one sentence, what to do, and the details for whoever wants them."""

from __future__ import annotations

import platform
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bridge import __version__
from bridge.domain.errors import ErrorReport

from . import kinds, theme
from .language import spoken
from .redaction import redacted

_MOST = 3
_LONGEST_SENTENCE = 300
_LONGEST_DETAIL = 20_000
_ERRORS_PAGE = Path(__file__).resolve().parents[1] / "docs" / "errors.md"
"""It lies beside the packages in a copy of the repository, and nowhere in an installed wheel."""


def report_text(report: ErrorReport, context: str = "") -> str:
    """What can be sent to others: without keys, and without the user's name."""
    lines = [
        f"Superwhite {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        f"{report.kind} ({report.exit_code}): {report.sentence}",
        f"What to do: {report.remedy}",
        *([f"Context: {context}"] if context else []),
        *(["", report.detail[:_LONGEST_DETAIL]] if report.detail else []),
    ]
    return redacted("\n".join(lines))


class Problem(QWidget):
    """One error. The same one again is counted, not repeated."""

    def __init__(self, report: ErrorReport, context: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report = report
        self._context = context
        self._times = 1
        self.sentence = QLabel()
        self.remedy = QLabel(_cut(report.remedy))
        self.details = QPlainTextEdit(redacted(report.detail[:_LONGEST_DETAIL]))
        self.fold = QToolButton()
        self.copy = QPushButton(self.tr("Copy report"))
        self.help = QPushButton(self.tr("Help"))
        self.dismiss = QToolButton()
        self._lay_out()
        self._say()

    def again(self) -> None:
        self._times += 1
        self._say()

    def _lay_out(self) -> None:
        bold = self.sentence.font()
        bold.setBold(True)
        self.sentence.setFont(bold)
        for label in (self.sentence, self.remedy):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # an answer with a page of HTML in it is shown, not rendered
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.remedy.setVisible(bool(self.report.remedy))
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Details"))
        self.details.setMaximumHeight(self.fontMetrics().height() * 8)
        self.details.hide()
        self.fold.setText(self.tr("Details"))
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setArrowType(Qt.ArrowType.RightArrow)
        self.fold.setVisible(bool(self.report.detail))
        self.fold.toggled.connect(self._folded)
        self.copy.setToolTip(self.tr("Copy all of it, without keys and without your name"))
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(report_text(self.report, self._context))
        )
        self.help.setToolTip(self.tr("Open the page on errors"))
        self.help.setVisible(_ERRORS_PAGE.exists())
        self.help.clicked.connect(self._open_help)
        self.dismiss.setText("×")
        self.dismiss.setAutoRaise(True)
        self.dismiss.setAccessibleName(self.tr("Dismiss"))
        self.dismiss.setToolTip(self.tr("Dismiss"))
        self.dismiss.clicked.connect(self.deleteLater)
        buttons = QHBoxLayout()
        theme.spaced(buttons, self, margins=0, spacing=1)
        for button in (self.fold, self.copy, self.help, self.dismiss):
            buttons.addWidget(button)
        words = QVBoxLayout()
        words.addWidget(self.sentence)
        words.addWidget(self.remedy)
        top = QHBoxLayout()
        theme.spaced(top, self, margins=0)
        top.addLayout(words, 1)
        top.addLayout(buttons)
        top.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=2, spacing=1)
        layout.addLayout(top)
        layout.addWidget(self.details)
        plain = QApplication.palette(self)
        tinted = QPalette(plain)
        tinted.setColor(self.backgroundRole(), theme.mixed(theme.bad(plain), plain.window().color(), 0.16))
        self.setPalette(tinted)
        self.setAutoFillBackground(True)

    def _say(self) -> None:
        text = _cut(self.report.sentence)
        if spoken() != "en" and (title := kinds.title(self.report.kind)):
            text = f"{title}. {text}"
        if self._times > 1:
            text = self.tr("{sentence} ({times} times)").format(sentence=text, times=self._times)
        self.sentence.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(self.report.remedy)

    def _open_help(self) -> None:
        page = QUrl.fromLocalFile(str(_ERRORS_PAGE))
        page.setFragment(self.report.anchor.partition("#")[2])
        QDesktopServices.openUrl(page)

    def _folded(self, opened: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.details.setVisible(opened)


class ProblemBox(QWidget):
    """The latest errors, the newest on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)

    @property
    def problems(self) -> tuple[Problem, ...]:
        items = (self._layout.itemAt(place) for place in range(self._layout.count()))
        widgets = (item.widget() for item in items if item)
        return tuple(widget for widget in widgets if isinstance(widget, Problem))

    def show_report(self, report: ErrorReport, context: str = "") -> None:
        for problem in self.problems:
            if problem.report == report:
                problem.again()
                return
        self._layout.insertWidget(0, Problem(report, context))
        for old in self.problems[_MOST:]:
            self._layout.removeWidget(old)
            old.deleteLater()


def _cut(text: str) -> str:
    """`text` as one line that is not endless."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SENTENCE else f"{line[:_LONGEST_SENTENCE]}…"
