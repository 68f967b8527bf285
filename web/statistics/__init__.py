"""Tables of figures as people see them: in words, drawn, and as files."""
