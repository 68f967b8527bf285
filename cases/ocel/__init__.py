"""The event log for process mining, as OCEL 2.0 JSON (ocel-standard.org), without patients."""
