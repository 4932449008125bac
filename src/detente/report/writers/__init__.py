"""Writers: one form of a report, many files."""
