"""What people do: lifts of every style, and all that is no lift."""
