"""Samples <-> files: the native recording, plain CSV, what other apps export."""
