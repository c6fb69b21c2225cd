"""A lifter made of segments with known truth, and the faults of a real sensor."""
