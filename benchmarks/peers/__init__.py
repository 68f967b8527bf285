"""Doing a step with what a developer would otherwise take, each in a process of its own."""
