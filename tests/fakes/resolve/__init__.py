"""A stand-in for DaVinci Resolve Studio's scripting interface: the published names and signatures, and the habits that
people who script it have reported. `stage` sets a project up, `Modules` is what `RESOLVE_SCRIPT_API` names.
"""
