"""fal's own Python client, pointed at a server on this machine.

It has no setting for the addresses of storage, and none for plain HTTP: its constants, which it reads with each call,
are set.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import fal_client
from fal_client import client as constants


@contextmanager
def official_client(base: str, key: str) -> Generator[fal_client.SyncClient]:
    """The client, for as long as the context lasts; `base` has the four services under it, as an `Endpoint` has."""
    places = {
        "QUEUE_URL_FORMAT": f"{base}/queue/",
        "RUN_URL_FORMAT": f"{base}/run/",
        "REST_URL": f"{base}/rest",
        "CDN_URL": f"{base}/cdn",
    }
    before = {name: getattr(constants, name) for name in places}
    for name, value in places.items():
        setattr(constants, name, value)
    try:
        yield fal_client.SyncClient(key=key)
    finally:
        for name, value in before.items():
            setattr(constants, name, value)
