"""Hosts of Superwhite, one folder each; the command line is one of them."""
