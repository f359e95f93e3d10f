"""Build the preloaded library and say how a process is put under it; README.md says what it does."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
CACHE = Path(__file__).parents[2] / "build" / "shim"
FLAGS = ("-shared", "-fPIC", "-O2", "-Wall")
LIBRARIES = ("-ldl", "-lpthread")


class UnavailableError(Exception):
    """Why the library cannot be had here, and how to get it, in a sentence."""


def build() -> Path:
    """Return the library, compiled on first use.

    Raises:
        UnavailableError: this is not Linux with glibc, or there is no C compiler.
    """
    if sys.platform != "linux":
        msg = "power cuts and disk faults are tested on Linux only: run this there, or in a container (python:3.11)"
        raise UnavailableError(msg)
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        msg = "power cuts and disk faults need a C compiler: apt-get install gcc libc6-dev"
        raise UnavailableError(msg)
    made = CACHE / f"shim-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}.so"
    if not made.exists():
        _compile(compiler, made)
    return made


def environment(folder: Path, *, trace: Path | None = None, control: Path | None = None) -> dict[str, str]:
    """Return the variables that put a process under the library; `folder` is what it looks at.

    Raises:
        UnavailableError: the library cannot be built here.
    """
    made = {"LD_PRELOAD": str(build()), "STET_SHIM_FOLDER": str(folder.resolve())}
    if trace is not None:
        made["STET_SHIM_TRACE"] = str(trace.resolve())
    if control is not None:
        made["STET_SHIM_CONTROL"] = str(control.resolve())
    return made


class Control:
    """The file that tells a running process which calls fail, and what time it is."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.clear()

    def set(self, *lines: str) -> None:
        """Let these lines hold from now on, and no others: `fail write ENOSPC`, `clock +3600`."""
        draft = self.file.with_name(self.file.name + ".new")
        draft.write_text("".join(f"{line}\n" for line in lines))
        draft.replace(self.file)

    def clear(self) -> None:
        """Let everything be as it is."""
        self.set()


def _compile(compiler: str, made: Path) -> None:
    made.parent.mkdir(parents=True, exist_ok=True)
    draft = made.with_name(f"{made.name}.{os.getpid()}.{time.monotonic_ns()}")
    command = [compiler, *FLAGS, "-o", str(draft), str(SOURCE), *LIBRARIES]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    if compiled.returncode:
        msg = (
            f"power cuts and disk faults need glibc and its headers (apt-get install gcc libc6-dev): {compiled.stderr}"
        )
        raise UnavailableError(msg)
    draft.replace(made)
