"""Where light comes from: an engine on this machine, or a remote endpoint, behind one protocol."""
