"""How right liftcheck is, on simulation and on real motion: the tables and pictures of docs/method.md.

    python -m tests.benchmarks.accuracy [--quick] [--only ROW] [--jobs N] [--write]

Without the environment variable LIFTCHECK_DATA the rows on real motion are left out, and say so.
"""
