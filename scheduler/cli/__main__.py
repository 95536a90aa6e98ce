"""`python -m scheduler.cli`: the `rounds` command where it is not installed."""

from scheduler.cli.main import main

if __name__ == "__main__":
    main()
