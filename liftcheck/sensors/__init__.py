"""A sensor and its radio -> Samples."""
