"""Engines turn SDR codes into scene-linear light. They see arrays only: no files, no jobs, no network."""
