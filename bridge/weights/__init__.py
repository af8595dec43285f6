"""Weights of models: what there is, where it is from, and how it comes here, whole and checked. Nothing is bundled."""
