"""What the promises of docs/reliability.md rest on: scripts that break things on purpose, count, and print a table.

    python tests/reliability faults|kills|inputs|soak [--help]

All sessions in it are simulated and all faults are made.
"""
