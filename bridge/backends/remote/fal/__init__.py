"""fal, and every Superwhite that answers in its place: one client for both."""
