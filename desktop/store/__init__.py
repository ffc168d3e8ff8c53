"""The encrypted database of a profile and its folder of sealed blobs.

Imports of this package take half a second (SQLAlchemy); `desktop.app` brings it in after the first window stands.
"""

from desktop.store.database import Database, open_database
from desktop.store.journal import JournalStore

__all__ = ["Database", "JournalStore", "open_database"]
