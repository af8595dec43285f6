"""The panel: widgets, view models and viewer, upon the bridge's client."""
