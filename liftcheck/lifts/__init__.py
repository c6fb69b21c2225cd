"""Motion -> Lift: where a bend begins, bottoms and ends, whether legs or back did it, and what it adds up to."""
