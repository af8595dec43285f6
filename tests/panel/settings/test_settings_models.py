"""The folder for models, against a real bridge process."""

from __future__ import annotations

import pytest

from bridge.client import Bridge, calls
from qt_panels.link import Link
from qt_panels.settings.dialog import SettingsDialog
from qt_panels.settings.models import ModelsPage
from tests.fakes.service import launching


@pytest.fixture
def bridge(tmp_path):
    with launching(tmp_path / "home") as launch:
        launch()
        with Bridge.attach_or_start(home=tmp_path / "home", start=False) as bridge:
            yield bridge


@pytest.fixture
def page(bridge, tmp_path, qtbot):
    link = Link(tmp_path / "home")
    with qtbot.waitSignal(link.connected, timeout=90_000):
        link.start()
    made = ModelsPage(link)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made._kept is not None)
    yield made
    link.stop()


def test_the_folder_is_kept_by_the_bridge_and_given_up_again(page, bridge, tmp_path, qtbot):
    assert not page.save.isEnabled()
    page.folder.setText(str(tmp_path / "Mödelle"))
    with qtbot.waitSignal(page.changed):
        page.save.click()
    assert bridge.do(calls.settings()).models_folder == tmp_path / "Mödelle"
    assert not page.save.isEnabled()
    page.folder.clear()
    with qtbot.waitSignal(page.changed):
        page.save.click()
    assert bridge.do(calls.settings()).models_folder is None


@pytest.mark.parametrize("path", ["models", "~/models", "C:models"])
def test_what_is_no_full_path_is_refused_in_words(page, bridge, path, qtbot):
    page.folder.setText(path)
    page.save.click()
    qtbot.waitUntil(lambda: "models_folder" in page.report.text())
    assert bridge.do(calls.settings()).models_folder is None


def test_the_page_is_one_of_the_settings(page, qtbot, tmp_path):
    from qt_panels.memory import Memory

    dialog = SettingsDialog(page._asks, Memory.in_file(tmp_path / "memory.ini"), [])
    qtbot.addWidget(dialog)
    dialog.show_page("models")
    assert dialog.stack.currentWidget().widget() is dialog.models
