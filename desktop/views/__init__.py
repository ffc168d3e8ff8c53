"""Widgets, one folder a place; those that several places use are in `shared`."""
