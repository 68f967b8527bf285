"""The database's history: numbered migrations that run forward on a database with data."""
