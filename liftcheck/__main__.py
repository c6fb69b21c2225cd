"""`python -m liftcheck` is the same as `liftcheck`."""

from liftcheck.cli import main

if __name__ == "__main__":
    main()
