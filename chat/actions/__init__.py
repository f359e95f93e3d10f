"""Verbs: a file and a function each; they change, publish and return, and know nothing of HTTP."""
