"""Routines as data: definitions, clocks and the engine; knows no database and no web."""
