from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine

fileConfig(context.config.config_file_name)
# Where the database is: PGHOST, PGPORT, PGUSER, PGDATABASE.
with create_engine("postgresql+psycopg2://").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
