"""The chapters of the report, one module each: `section(reader) -> Section`."""
