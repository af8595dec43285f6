"""Nuke's main thread, for whoever is on another."""

from __future__ import annotations

import nuke

from plugin.hosting.main_thread import MainQueue


def queue_of_nuke() -> MainQueue:
    """Calls are made when Nuke's main thread is idle; a render of Nuke's own keeps them waiting."""

    def wake() -> None:
        nuke.executeInMainThread(queue.drain)

    queue = MainQueue("Nuke", wake)
    return queue
