"""Where the relay keeps what it was given, behind one protocol."""

from central.relay.store.protocol import Accepted, RelayStore, StoredBundle
from central.relay.store.sqlite import SqliteStore

__all__ = ["Accepted", "RelayStore", "SqliteStore", "StoredBundle"]
