"""The command line: a host like the others, with files for a timeline."""
