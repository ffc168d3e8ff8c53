"""Widgets and the look that every place shares."""
