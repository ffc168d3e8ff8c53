"""Notices become pages, PDF and paper; and are checked again."""
