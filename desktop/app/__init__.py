"""Composition root: wiring, one copy, start and stop order; the command line."""
