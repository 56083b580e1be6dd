"""`trunkline` and `python -m trunkline`: a Ctrl-C while modules are still being read ends in words, too."""

import sys


def main() -> None:
    """Runs one command and ends the process with its exit code."""
    try:
        from trunkline.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(5)
    run()


if __name__ == "__main__":
    main()
