"""A backend of this machine that is not ready says why, and what a test finds out is shown at once."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QObject, QTimer

from bridge.backends.local.backend import LtxBackend
from bridge.domain.settings import BackendState, Hop, HopName, TestReport
from qt_panels.hops import hop_lines
from qt_panels.look.choice import BackendChoice
from qt_panels.look.panel import LookPanel
from qt_panels.memory import Look, Memory

SENTENCE = "The LTX engine is not installed on this machine. Install it with `superwhite engines install ltx`."


class Asked(QObject):
    """A bridge whose engine is installed between two questions."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self.asked: list[str] = []

    @property
    def capabilities(self):
        unknown = "" if self.ready else SENTENCE
        return tuple(each.model_copy(update={"unknown": unknown}) for each in LtxBackend().capabilities()[:1])

    @property
    def states(self):
        state, sentence = ("ready", "") if self.ready else ("not_ready", SENTENCE)
        return (BackendState(backend="ltx", title="Local GPU", runs="here", state=state, sentence=sentence),)

    def ask(self, owner, call, then, fail=None, *, key=None):
        self.asked.append(call.path)
        answers = {"/v1/backends": self.states, "/v1/capabilities": self.capabilities}
        report = TestReport(target="Local GPU", hops=(Hop(name="card", passed=True, sentence="One card."),))
        QTimer.singleShot(1, lambda: then(answers.get(call.path, report)))


def test_what_is_missing_is_said_where_the_backend_is_chosen(qtbot):
    asked = Asked()
    choice = BackendChoice(asked)
    qtbot.addWidget(choice)
    choice.set_capabilities(asked.capabilities)
    choice.set_states(asked.states)
    choice.show_look(Look(backend="ltx"))
    assert choice.state.text() == f"Not ready. {SENTENCE}"
    assert SENTENCE not in choice.about.text()  # once is enough
    assert not choice.key.isVisible()


def test_after_a_test_the_bridge_is_asked_anew(qtbot, tmp_path):
    asked = Asked()
    panel = LookPanel(asked, Memory.in_file(tmp_path / "memory.ini"))
    qtbot.addWidget(panel)
    panel.set_capabilities(asked.capabilities)
    panel.set_states(asked.states)
    panel.choice.show_look(Look(backend="ltx"))
    asked.ready = True
    panel.choice.test.click()
    qtbot.waitUntil(lambda: panel.choice.states["ltx"].state == "ready")
    qtbot.waitUntil(lambda: panel.choice.capability(Look(backend="ltx")).unknown == "")


def test_every_hop_has_a_name(qapp):
    for name in get_args(HopName):
        report = TestReport(target="Local GPU", hops=(Hop(name=name, passed=False, sentence="It is not there."),))
        assert len(hop_lines(report)) == 2
