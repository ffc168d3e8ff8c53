"""Runs revisions on the connection that the program hands over; there is no database URL and no offline mode."""

from alembic import context
from sqlalchemy import Connection

from central.relay.store.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
