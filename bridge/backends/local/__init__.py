"""The local backend: LTX on this machine's cards, in worker processes that keep the model loaded.

`backend`, `standing`, `seats` and `hands` are the service's side and load no torch; `worker`, `desk` and `lifting` run
in the Python of the engine's environment.
"""
