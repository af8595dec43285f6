"""What diffusers' in-context pipeline makes on the same model: holes filled anew, clips that follow another's shape.

`recipe` and `parameters` load no torch: the service reads them too.
"""
