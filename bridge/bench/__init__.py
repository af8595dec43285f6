"""`superwhite bench`: what the machine can do, what the whole makes of it, and whether the bars are met."""
