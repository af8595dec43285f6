"""From a fresh machine to a working Superwhite: set-up, host installers, doctor."""
