"""Alembic revisions: desktop/ for the store of a profile, central/ for the relay, registry/ for the register."""
