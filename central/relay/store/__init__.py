"""Where the relay keeps what it was given, behind one protocol."""

from central.relay.store.protocol import Accepted, Asked, Judge, LogState, RelayStore, StoredBundle, Usage
from central.relay.store.sqlite import SqliteStore

__all__ = ["Accepted", "Asked", "Judge", "LogState", "RelayStore", "SqliteStore", "StoredBundle", "Usage"]
