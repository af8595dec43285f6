"""A movie that came back from an endpoint."""

from __future__ import annotations

from bridge.assembly.delivery import Report, deliver_movie
from bridge.domain.errors import ResultUnusable
from bridge.domain.job import Deliverable
from bridge.engines.protocol import MovieOrder


def take_movie(order: MovieOrder, report: Report) -> Deliverable:
    """Verify `order.movie`, and put it with poster and sidecar into the staging folder.

    Raises `ResultUnusable` for what is no movie, or is shorter than what was asked for.
    """
    return deliver_movie(
        order,
        order.movie,
        report,
        engine=order.engine,
        unusable=ResultUnusable,
        called="The movie from the endpoint",
        cost=order.cost,
    )
