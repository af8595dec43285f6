"""The list of jobs with its search, and what can be done with the chosen ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMessageBox,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bridge.client import Call, calls
from bridge.domain.job import Cancelled, Failed, Imported, Job, JobState, Queued, Ready, Unknown, is_final
from qt_panels import theme
from qt_panels.asks import Asks
from qt_panels.cards import CardDelegate

from .model import JOB, JobsModel, JobsOrder
from .telling import LINES


@dataclass(frozen=True)
class Deed:
    """Something that can be done with those of the chosen jobs whose state `fits`."""

    action: QAction
    fits: Callable[[JobState], bool]
    act: Callable[[tuple[Job, ...]], None]


class JobsView(QWidget):
    """Which job is shown elsewhere follows the selection; what is to be done by the panel leaves as signals."""

    shown = Signal(object)
    """A `Job` to look at, or none."""
    settings_wanted = Signal(object)
    """A `Job` whose settings are to be used again."""
    import_wanted = Signal(object)
    """A tuple of `Job`s to be put on the timeline."""
    revert_wanted = Signal(object)
    """A tuple of `Job`s to be taken off the timeline."""
    problem_wanted = Signal(object)
    """A `Job` that failed, to be told of in full."""
    forgotten = Signal(object)
    """A `Job` that was taken off the list by its user."""

    def __init__(self, asks: Asks, model: JobsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._model = model
        self._order = JobsOrder(self)
        self._order.setSourceModel(model)
        self.search = self._search()
        self.starred_only = QCheckBox(self.tr("Starred only"))
        self.list = self._list()
        self._deeds = self._make_deeds()
        self.cancel_all = self._action(
            self.tr("Cancel all"), self.tr("Cancel every job that is not done"), "cancel_all"
        )
        self.cancel_all.triggered.connect(lambda: self._cancel_all(waiting_only=False))
        self.finish_current = self._action(
            self.tr("Finish current, then stop"),
            self.tr("Let the jobs at work end, and cancel those that wait"),
            "finish_current",
        )
        self.finish_current.triggered.connect(lambda: self._cancel_all(waiting_only=True))
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.starred_only.toggled.connect(self._filter)
        self.list.selectionModel().selectionChanged.connect(self._selection_changed)
        model.dataChanged.connect(self._data_changed)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            changed.connect(self._update_deeds)
        self._update_deeds()

    @property
    def commands(self) -> tuple[QAction, ...]:
        """Everything that can be done here, for menus and for the list of shortcuts."""
        return (*(deed.action for deed in self._deeds), self.finish_current, self.cancel_all)

    def command(self, name: str) -> QAction:
        return next(action for action in self.commands if action.objectName() == name)

    @property
    def selected(self) -> tuple[Job, ...]:
        rows = sorted(self.list.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return tuple(job for index in rows if isinstance(job := index.data(JOB), Job))

    def select(self, id: str) -> None:
        """Choose a job and bring it into view."""
        for row in range(self._order.rowCount()):
            index = self._order.index(row, 0)
            job = index.data(JOB)
            if isinstance(job, Job) and job.id == id:
                self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                self.list.scrollTo(index)
                return

    # Building

    def _search(self) -> QLineEdit:
        search = QLineEdit()
        search.setPlaceholderText(self.tr("Search jobs"))
        search.setAccessibleName(self.tr("Search jobs"))
        search.setClearButtonEnabled(True)
        return search

    def _list(self) -> QListView:
        view = QListView()
        view.setAccessibleName(self.tr("Jobs"))
        view.setModel(self._order)
        delegate = CardDelegate(view, LINES)
        view.setItemDelegate(delegate)
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu)
        view.doubleClicked.connect(self._double_clicked)
        self._model.set_picture_size(delegate.picture_size(), self.devicePixelRatioF())
        return view

    def _lay_out(self) -> None:
        self._empty = QLabel(
            self.tr("No jobs yet. What you lift is listed here, and stays when the panel is closed.")
        )
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        top = QHBoxLayout()
        theme.spaced(top, self, margins=0)
        top.addWidget(self.search, 1)
        top.addWidget(self.starred_only)
        for action in (self.finish_current, self.cancel_all):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
            button.setAccessibleDescription(action.toolTip())
            top.addWidget(button)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addLayout(top)
        layout.addLayout(self._stack, 1)

    def _action(self, text: str, tip: str, name: str) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        action.setStatusTip(tip)
        action.setObjectName(name)
        return action

    def _make_deeds(self) -> tuple[Deed, ...]:
        def deed(
            name: str,
            text: str,
            tip: str,
            fits: Callable[[JobState], bool],
            act: Callable[[tuple[Job, ...]], None],
        ) -> Deed:
            made = Deed(self._action(text, tip, name), fits, act)
            made.action.triggered.connect(lambda: self._perform(made))
            self.addAction(made.action)
            return made

        def ready(state: JobState) -> bool:
            return isinstance(state, Ready | Imported)

        return (
            deed(
                "cancel",
                self.tr("Cancel"),
                self.tr("Stop the chosen jobs"),
                lambda state: not is_final(state),
                self._with_each(lambda job: calls.cancel(job.id)),
            ),
            deed(
                "retry",
                self.tr("Try again"),
                self.tr("Queue the chosen jobs again; whole frames are kept"),
                lambda state: isinstance(state, Failed | Cancelled),
                self._with_each(lambda job: calls.retry(job.id)),
            ),
            deed(
                "send_again",
                self.tr("Send again (it may be paid twice) …"),
                self.tr("Send the chosen jobs anew, though the service may have them already"),
                lambda state: isinstance(state, Unknown),
                self._send_again,
            ),
            deed(
                "import",
                self.tr("Import"),
                self.tr("Put the chosen results on the timeline, again where they were there before"),
                ready,
                self.import_wanted.emit,
            ),
            deed(
                "revert",
                self.tr("Revert"),
                self.tr("Take the chosen results off the timeline and enable their sources again"),
                _has_placement,
                self.revert_wanted.emit,
            ),
            deed(
                "reveal",
                self.tr("Show in file manager"),
                self.tr("Open the folder of the result"),
                ready,
                _reveal,
            ),
            deed(
                "reuse",
                self.tr("Use these settings"),
                self.tr("Take the look of the chosen job for the next lift"),
                lambda _: True,
                lambda jobs: self.settings_wanted.emit(jobs[0]),
            ),
            deed(
                "star",
                self.tr("Star"),
                self.tr("Mark the chosen jobs, or unmark them"),
                lambda _: True,
                self._with_each(lambda job: calls.star(job.id, not job.starred)),
            ),
            deed(
                "problem",
                self.tr("Tell what went wrong"),
                self.tr("Show the whole error of the chosen job"),
                _has_error,
                lambda jobs: self.problem_wanted.emit(jobs[0]),
            ),
            deed(
                "forget",
                self.tr("Remove from list"),
                self.tr("Take the chosen jobs off the list; their files stay"),
                is_final,
                self._forget,
            ),
        )

    # Doing

    def _perform(self, deed: Deed) -> None:
        if jobs := tuple(job for job in self.selected if deed.fits(job.state)):
            deed.act(jobs)

    def _with_each(self, call: Callable[[Job], Call[Job]]) -> Callable[[tuple[Job, ...]], None]:
        def act(jobs: tuple[Job, ...]) -> None:
            for job in jobs:
                self._asks.ask(self, call(job), self._model.take_job)

        return act

    def _send_again(self, jobs: tuple[Job, ...]) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("The service may be working on it already. Sent again, it may be paid twice."))
        box.setInformativeText(self.tr("Look at the service's own page first, whether the job is there."))
        send = box.addButton(self.tr("Send again"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        again = self._with_each(lambda job: calls.retry(job.id))
        box.finished.connect(lambda: again(jobs) if box.clickedButton() is send else None)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _forget(self, jobs: tuple[Job, ...]) -> None:
        def gone(job: Job) -> None:
            self._model.forget(job.id)
            self.forgotten.emit(job)

        for job in jobs:
            self._asks.ask(self, calls.forget(job.id), lambda _, job=job: gone(job))

    def _cancel_all(self, *, waiting_only: bool) -> None:
        self._asks.ask(self, calls.cancel_all(waiting_only=waiting_only), self._model.take_list)

    def _double_clicked(self, index: QModelIndex) -> None:
        job = index.data(JOB)
        if isinstance(job, Job) and _has_error(job.state):
            self.problem_wanted.emit(job)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for deed in self._deeds:
            if deed.action.isEnabled():
                menu.addAction(deed.action)
        menu.addSeparator()
        menu.addActions([self.finish_current, self.cancel_all])
        menu.exec(self.list.viewport().mapToGlobal(at))

    # Following

    def _filter(self) -> None:
        self._order.search(self.search.text(), starred=self.starred_only.isChecked())
        self._update_deeds()

    def _selection_changed(self) -> None:
        self._update_deeds()
        chosen = self.selected
        self.shown.emit(chosen[0] if len(chosen) == 1 else None)

    def _data_changed(self, _first: QModelIndex, _last: QModelIndex, roles: list[int]) -> None:
        if not roles:  # a job has changed, not only its picture or its time
            self._update_deeds()

    def _update_deeds(self) -> None:
        states = [job.state for job in self.selected]
        for deed in self._deeds:
            deed.action.setEnabled(any(deed.fits(state) for state in states))
        every = [job.state for job in self._model.jobs]
        self.cancel_all.setEnabled(any(not is_final(state) for state in every))
        self.finish_current.setEnabled(any(isinstance(state, Queued) for state in every))
        self._stack.setCurrentWidget(self.list if self._order.rowCount() or every else self._empty)


def _has_error(state: JobState) -> bool:
    return isinstance(state, Failed | Unknown) and state.error is not None


def _has_placement(state: JobState) -> bool:
    return isinstance(state, Imported) and state.placement is not None


def _reveal(jobs: tuple[Job, ...]) -> None:
    for job in jobs:
        if isinstance(job.state, Ready | Imported):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(job.state.result.directory)))
