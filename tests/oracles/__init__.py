"""Slow float64 references, written from the papers and apart from the code that they judge."""
