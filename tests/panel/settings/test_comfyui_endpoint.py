"""A ComfyUI among the endpoints of the settings."""

from __future__ import annotations

from bridge.domain.settings import BridgeSettings
from qt_panels.settings.boxes import COMFYUI_ADDRESS, comfyui, with_comfyui
from tests.panel.settings.test_settings_dialog import asked, dialog, memory  # noqa: F401


def test_a_comfyui_is_added_and_removed(dialog, asked, qtbot):  # noqa: F811
    page = dialog.endpoints
    assert page.comfyui.text() == COMFYUI_ADDRESS
    page.add_comfyui.click()
    qtbot.waitUntil(lambda: page.list.count() == 3)
    assert asked.settings.endpoints[2] == comfyui(COMFYUI_ADDRESS, set())
    page.add_comfyui.click()  # it is there already
    page.list.setCurrentRow(2)
    assert page.remove.isEnabled()
    page.remove.click()
    qtbot.waitUntil(lambda: page.list.count() == 2)
    page.comfyui.clear()
    assert not page.add_comfyui.isEnabled()


def test_names_and_titles():
    settings = BridgeSettings()
    for url in (COMFYUI_ADDRESS, "http://studio:8188", "http://studio:8188", "http://[::1]:8188"):
        settings = with_comfyui(settings, url)
    made = settings.endpoints[2:]
    assert [each.name for each in made] == ["comfyui", "comfyui-2", "comfyui-3"]
    assert [each.title for each in made] == ["ComfyUI", "ComfyUI (studio)", "ComfyUI (::1)"]
    assert {each.kind for each in made} == {"comfyui"}
