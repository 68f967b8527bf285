"""The two pages that cost most, beside the same words on a bare Flask page."""
