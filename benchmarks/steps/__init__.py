"""Doing a step: ours beside plain DB-API that writes the same rows."""
