"""What the promises of docs/reliability.md rest on: scripts that break things on purpose, count, and print a table.

    python tests/reliability faults|kills|cuts|inputs|soak|numbers [--help]

All sessions in it are simulated and all faults are made.
"""
