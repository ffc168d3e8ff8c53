"""This machine, as the server programs see it."""
