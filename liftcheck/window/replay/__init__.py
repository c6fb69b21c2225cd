"""The coach's window: a session on a timeline, every lift, and the coach's own labels."""
