"""From light to a finished sequence: the conveyor of frames, their finish, the checks, the sidecar."""
