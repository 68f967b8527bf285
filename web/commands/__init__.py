"""The command line: one module for each thing an operator does."""
