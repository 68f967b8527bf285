"""Who is told of what, and how the mail gets there; reads the log and the clocks of cases."""
