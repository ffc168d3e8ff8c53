"""A place of the window."""
