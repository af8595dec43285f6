"""A ComfyUI that a user already runs: its nodes make the HDR frames, out of a graph that is built here.

Facts of its wire protocol are those of ComfyUI's `server.py` and `execution.py`, of the nodes those of
ComfyUI-LTXVideo's `hdr.py`, `iclora.py` and its example for the HDR IC-LoRA (both of 2026).
"""
