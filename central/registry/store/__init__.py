"""The register in a database."""

from central.registry.store.database import Register, open_register, scratch_register

__all__ = ["Register", "open_register", "scratch_register"]
