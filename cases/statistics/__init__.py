"""The tables of statistics that a MAS must deliver (domain: law-and-terms 9)."""
