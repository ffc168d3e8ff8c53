"""The only part that knows threads: one serial worker for the store, a small pool for the network."""

from desktop.work.beside import ahead, beside
from desktop.work.runner import Job, Work

__all__ = ["Job", "Work", "ahead", "beside"]
