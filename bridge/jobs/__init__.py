"""Jobs: stored before anything is done, run in order, delivered whole."""
