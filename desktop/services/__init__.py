"""Use cases. What they return are frozen dataclasses of `shapes`; what they change is named in `Changes`."""
