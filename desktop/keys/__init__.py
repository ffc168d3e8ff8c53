"""Unlocking: who may open this device's store, and with which keys they sign and read."""

from desktop.keys.keyfile import KeyFile, Secrets, Slot, read_key_file, write_key_file
from desktop.keys.unlock import DEFAULT_COST, Cost, close_slot, open_slot

__all__ = [
    "DEFAULT_COST",
    "Cost",
    "KeyFile",
    "Secrets",
    "Slot",
    "close_slot",
    "open_slot",
    "read_key_file",
    "write_key_file",
]
