"""Runs revisions on the engine that the program hands over; there is no database URL and no offline mode."""

from alembic import context
from sqlalchemy import Engine

from central.registry.store.models import Base

engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
