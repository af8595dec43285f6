"""The embedded backend: the classical engine in a worker process on this machine."""

from .backend import EmbeddedBackend


def embedded_backend() -> EmbeddedBackend:
    return EmbeddedBackend()
