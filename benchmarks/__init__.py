"""Figures beside other ways to do the same work; `make bench` prints them in one table."""
