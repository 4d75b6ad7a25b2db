"""The one door to the operating system through which everything that is to last is written; tests put a faulty one in its place.

What a file system promises differs: a directory cannot be synced on Windows (NTFS journals names by itself), and on macOS only
F_FULLFSYNC empties the disk's own cache.
"""

import errno
import os
import shutil
import stat
import sys
from pathlib import Path


class System:
    """The calls that change something on a disk, as the operating system has them."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """A descriptor to write to. A file that is made has `mode` whatever the umask takes away."""
        descriptor = os.open(path, flags, mode)
        if flags & os.O_CREAT and flags & os.O_EXCL and mode == 0o600 and os.name == "posix":
            _set_mode(descriptor, mode)
        return descriptor

    def write(self, descriptor: int, data: memoryview) -> int:
        """How many bytes were taken, which may be fewer than there are."""
        return os.write(descriptor, data)

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut a file off."""
        os.ftruncate(descriptor, length)

    def fsync(self, descriptor: int) -> None:
        """What was written to a file lies on the disk when this returns."""
        if sys.platform == "darwin":
            import fcntl

            try:
                fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
                return
            except OSError as error:  # a file system that does not know it
                if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY):
                    raise
        os.fsync(descriptor)

    def sync_directory(self, path: Path) -> None:
        """The names in a directory lie on the disk when this returns."""
        if os.name == "nt":
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self, descriptor: int) -> None:
        """Done with a file."""
        os.close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        """A second name, which must not be there yet."""
        if os.link in os.supports_follow_symlinks:
            os.link(source, target, follow_symlinks=False)
        else:
            os.link(source, target)

    def rename(self, source: Path, target: Path) -> None:
        """Another name, in the place of whatever has it."""
        os.replace(source, target)

    def unlink(self, path: Path) -> None:
        """Take a name away."""
        os.unlink(path)

    def mkdir(self, path: Path, mode: int) -> None:
        """A directory, which must not be there yet. A private one is private whatever the umask takes away."""
        os.mkdir(path, mode)
        if mode == 0o700 and os.name == "posix" and stat.S_IMODE(os.lstat(path).st_mode) != mode:
            os.chmod(path, mode)

    def free(self, path: Path) -> int:
        """How many bytes a disk still takes."""
        return shutil.disk_usage(path).free


def _set_mode(descriptor: int, mode: int) -> None:
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != mode:
        os.fchmod(descriptor, mode)


SYSTEM = System()
