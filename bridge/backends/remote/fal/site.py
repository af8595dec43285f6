"""Where a service is: its four parts, and the hosts that are its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import httpx

from bridge.domain.settings import Endpoint
from bridge.net.addresses import is_same_origin
from bridge.net.service import NotSent, Service, Unanswered


@dataclass(frozen=True)
class FalSite:
    """Base addresses without a slash at the end. `near` is a site that the user has declared: it may lie in this
    network, and so may what it names. `ours` is a Superwhite: it knows a request again by the name that we gave it, and
    takes plates that lose nothing; `engine` is what it works with, empty where that is not known.
    """

    queue: str
    run: str
    rest: str
    cdn: str
    near: bool
    ours: bool
    engine: str = ""

    def is_own(self, url: httpx.URL) -> bool:
        """Whether `url` belongs to the service itself, which may see the key."""
        return any(is_same_origin(base, _origin(url)) for base in (self.queue, self.run, self.rest))

    def is_storage(self, url: str) -> bool:
        """Whether `url` belongs to the storage, which may see an upload's token."""
        if is_same_origin(self.cdn, _origin(httpx.URL(url))):
            return True
        address = httpx.URL(url)
        return not self.near and address.scheme == "https" and address.host.endswith(".fal.media")


_FAL = FalSite(
    queue="https://queue.fal.run",
    run="https://fal.run",
    rest="https://rest.fal.ai",
    cdn="https://v3.fal.media",
    near=False,
    ours=False,
)


def site_of(endpoint: Endpoint, declared: str = "") -> FalSite:
    """The site of an endpoint; at the base `declared` instead, where one is. Raises nothing: addresses were checked."""
    base = (declared or endpoint.url).rstrip("/")
    if not declared and endpoint.kind == "fal" and is_same_origin(base, _FAL.queue):
        return _FAL
    return FalSite(
        queue=f"{base}/queue",
        run=f"{base}/run",
        rest=f"{base}/rest",
        cdn=f"{base}/cdn",
        near=True,
        ours=endpoint.kind == "superwhite",
    )


async def recognised(site: FalSite, plain: Service) -> FalSite:
    """`site`, known for a Superwhite where it answers as one does, with its engine. `plain` has no key."""
    if not site.near:
        return site
    try:
        reply = await plain.ask("GET", f"{site.queue.removesuffix('/queue')}/v1/endpoints", read_seconds=10)
    except (NotSent, Unanswered):
        return site
    found = reply.json()
    if reply.status != 200 or not isinstance(found, dict) or not found.keys() >= {"queue", "run", "rest", "cdn"}:
        return site
    engine = found.get("engine")
    return replace(site, ours=True, engine=engine if isinstance(engine, str) else "")


def _origin(url: httpx.URL) -> str:
    """`url` without what an address of a service lacks."""
    return f"{url.scheme}://{url.netloc.decode()}"
