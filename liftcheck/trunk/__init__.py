"""Samples -> Motion: how the trunk leaned, turned and sank, from what the sensor on it measured."""
