"""Unlocking: who may open this device's store, and with which keys they sign and read."""

from desktop.keys.attempts import try_password
from desktop.keys.keyfile import KeyFile, Pending, Secrets, Slot, read_key_file, write_key_file
from desktop.keys.rules import UnlockRules, unlock_rules
from desktop.keys.unlock import DEFAULT_COST, Cost, close_slot, open_slot

__all__ = [
    "DEFAULT_COST",
    "Cost",
    "KeyFile",
    "Pending",
    "Secrets",
    "Slot",
    "UnlockRules",
    "close_slot",
    "open_slot",
    "read_key_file",
    "try_password",
    "unlock_rules",
    "write_key_file",
]
