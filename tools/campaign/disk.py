"""A small file system of its own for one broker's log directory, which can be filled to the brim.

Made of a sparse image file, mounted by loop; that takes root. Where that is not allowed, the
campaign leaves the fault out and its report says so.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

#: How large it is; sparse, so that it takes of the machine's disk what is written to it.
SIZE = 24 << 30
_FILLER = "filler"


class Disk:
    """A mounted image; ``close`` unmounts it and deletes the image."""

    def __init__(self, folder: Path) -> None:
        """Make and mount it at ``folder``.

        Raises:
            OSError: this machine or this user may not mount.
        """
        self.folder = folder
        self._image = folder.with_suffix(".img")
        folder.mkdir(parents=True, exist_ok=True)
        with self._image.open("wb") as image:
            image.truncate(SIZE)
        try:
            # No journal and no blocks kept for root: root's broker would write on into those.
            _run("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", str(self._image))
            _run("mount", "-o", "loop,noatime", str(self._image), str(folder))
        except OSError:
            self._image.unlink()
            raise
        (folder / "data").mkdir()

    def fill(self) -> None:
        """Take all the space that is left."""
        with (self.folder / _FILLER).open("ab") as filler:
            step = 1 << 30
            while step >= 4096:
                with contextlib.suppress(OSError):
                    os.posix_fallocate(filler.fileno(), os.fstat(filler.fileno()).st_size, step)
                    continue
                step //= 2

    def free(self) -> None:
        """Give the space back."""
        (self.folder / _FILLER).unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it and delete it."""
        # Lazily: a broker that was just killed may hold it for a moment more.
        with contextlib.suppress(OSError):
            _run("umount", "--lazy", str(self.folder))
            self._image.unlink()
            self.folder.rmdir()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{command[0]}: {done.stderr.strip() or done.returncode}")
