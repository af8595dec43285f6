"""LTX-2.3 HDR through diffusers, in a worker process of its own environment.

`recipe`, `parameters`, `weights` and `memory` load no torch: the service reads them too. Everything else is loaded in
the worker alone.
"""
