"""Parties: who they are and what was done about them before."""
