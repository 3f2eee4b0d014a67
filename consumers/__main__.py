"""``python -m consumers``: the same as ``copydesk``."""

from consumers.cli import main

if __name__ == "__main__":
    main(prog_name="copydesk")
