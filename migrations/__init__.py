"""Alembic revisions: desktop/ for the store of a profile. central/ follows with the relay's second storage."""
