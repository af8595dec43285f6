"""A server that speaks as ComfyUI does, and the backend in a test's hands."""

from .driving import Drive
from .server import ComfyServer
from .world import World

__all__ = ["ComfyServer", "Drive", "World"]
