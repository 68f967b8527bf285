"""Papers as tagged PDF (PDF/UA-1): what a routine says on them, drawn alike for all routines."""
