"""What every adapter shares that runs in a host's own interpreter: standard library only, Python 3.9 syntax."""
