"""Every way in: pages, command line and the scheduler's process."""
