"""`python -m graphscan` is the command line."""

from graphscan.cli import main

if __name__ == "__main__":
    main()
