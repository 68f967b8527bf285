"""One case: where it stands, what has happened, and who may see it."""
