"""Cases of an earlier system, read in from a file so that the years can be compared."""
