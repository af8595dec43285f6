"""The add-on: menu entries and a sidebar panel by which Superwhite is opened, and Blender's main thread lent to it.

The outermost boundary: whatever goes wrong here is logged and told, and Blender goes on.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from plugin.hosting.door import Door
from plugin.hosting.installation import Installation
from plugin.hosting.logbook import keep_log
from plugin.hosting.main_thread import MainQueue

from . import api
from .host import BlenderHost

log = logging.getLogger("superwhite.blender")

_TICK_SECONDS = 0.05
_MENUS = ("SEQUENCER_MT_strip", "SEQUENCER_MT_context_menu", "NODE_MT_node", "NODE_MT_context_menu")
_OPERATOR = "superwhite.open"
_MOST_JOBS = 20


@dataclass(frozen=True)
class _Running:
    door: Door
    queue: MainQueue
    host: BlenderHost
    classes: tuple[Any, ...]


_running: _Running | None = None


def register(installation: Installation) -> None:
    """Called by the launcher when Blender enables the add-on. A second call takes the place of the first."""
    global _running
    unregister()
    keep_log(installation.log("blender"))
    queue = MainQueue("Blender")
    host = BlenderHost(installation.journal("blender"), queue)
    _running = _Running(Door(installation, "blender", host, queue), queue, host, (_operator(), *_panels()))
    try:
        for each in _running.classes:
            api.bpy.utils.register_class(each)
        for menu in _menus():
            menu.append(_draw_entry)
        # Without `persistent` the timer would end with the next file that is opened.
        api.bpy.app.timers.register(_drain, first_interval=_TICK_SECONDS, persistent=True)
        _running.door.open()  # the command line comes in by it, without a panel
        log.info("Superwhite is there, in Blender %s.", api.bpy.app.version_string)
    except Exception:
        log.exception("the add-on could not be enabled")
        unregister()
        print("Superwhite could not be enabled; the log says why:", installation.log("blender"))  # noqa: T201


def unregister() -> None:
    """Called when Blender disables the add-on, and when it quits. Does nothing without a `register` before."""
    global _running
    running, _running = _running, None
    if running is None:
        return
    for step in (_leave_menus, running.door.close, running.host.close, lambda: _leave_classes(running.classes)):
        try:
            step()
        except Exception:
            log.exception("the add-on could not be taken back whole")


def open_panel() -> str:
    """Start the panel, or bring it to the front; a sentence where that failed, else empty."""
    if _running is None:
        return "Superwhite is not enabled."
    try:
        _running.door.open_panel()
    except Exception as error:
        log.exception("the panel could not be started")
        return f"Superwhite could not be started: {error}"
    return ""


def serve_until_closed(installation: Installation) -> None:
    """For Blender without a window, which runs no timers: serve on this, the main thread, until it is interrupted.

    Raises `OSError` where no door can be opened.
    """
    keep_log(installation.log("blender"))
    queue = MainQueue("Blender")
    host = BlenderHost(installation.journal("blender"), queue)
    door = Door(installation, "blender", host, queue)
    door.open()
    try:
        while door.path.is_file():  # whoever removes it wants us to leave
            queue.drain()
            time.sleep(0.01)
    except KeyboardInterrupt:
        pass
    finally:
        door.close()


def _drain() -> float | None:
    """A timer: Blender calls it on its main thread, and again after as many seconds as it returns."""
    if _running is None:
        return None
    try:
        _running.queue.drain()
    except Exception:
        log.exception("the queue could not be drained")
    return _TICK_SECONDS


def _draw_entry(menu: Any, _context: Any) -> None:
    menu.layout.separator()
    menu.layout.operator(_OPERATOR, icon="OUTLINER_OB_LIGHT")


def _menus() -> list[Any]:
    """Those that this version has."""
    return [menu for name in _MENUS if (menu := getattr(api.bpy.types, name, None)) is not None]


def _leave_menus() -> None:
    for menu in _menus():
        menu.remove(_draw_entry)
    if api.bpy.app.timers.is_registered(_drain):
        api.bpy.app.timers.unregister(_drain)


def _leave_classes(classes: tuple[Any, ...]) -> None:
    for each in reversed(classes):
        if getattr(each, "is_registered", False):
            api.bpy.utils.unregister_class(each)


def _operator() -> Any:
    def execute(self: Any, _context: Any) -> set[str]:
        failure = open_panel()
        if failure:
            self.report({"ERROR"}, failure)
            return {"CANCELLED"}
        return {"FINISHED"}

    attributes = {
        "bl_idname": _OPERATOR,
        "bl_label": "Superwhite: SDR to HDR",
        "bl_description": "Lift the selected clips to HDR and place them above their sources",
        "execute": execute,
    }
    return type("SUPERWHITE_OT_open", (api.bpy.types.Operator,), attributes)


def _panels() -> tuple[Any, ...]:
    def draw(self: Any, _context: Any) -> None:
        layout = self.layout
        layout.operator(_OPERATOR, text="Open Superwhite", icon="OUTLINER_OB_LIGHT")
        for job in _running.host.jobs[:_MOST_JOBS] if _running is not None else ():
            row = layout.row()
            row.label(text=job.title)
            share = f" {job.fraction:.0%}" if job.fraction is not None else ""
            row.label(text=job.state + share)

    def in_compositor(_cls: Any, context: Any) -> bool:
        return context.space_data.tree_type == "CompositorNodeTree"

    common = {"bl_label": "Superwhite", "bl_region_type": "UI", "bl_category": "Superwhite", "draw": draw}
    sequencer = {**common, "bl_idname": "SUPERWHITE_PT_sequencer", "bl_space_type": "SEQUENCE_EDITOR"}
    compositor = {**common, "bl_idname": "SUPERWHITE_PT_compositor", "bl_space_type": "NODE_EDITOR"}
    return (
        type("SUPERWHITE_PT_sequencer", (api.bpy.types.Panel,), sequencer),
        type("SUPERWHITE_PT_compositor", (api.bpy.types.Panel,), {**compositor, "poll": classmethod(in_compositor)}),
    )
