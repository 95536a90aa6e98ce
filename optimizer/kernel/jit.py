"""How every kernel is compiled: once, kept on disk, without the interpreter's lock, and the same on every machine.

Compiled code is kept in a folder named by the digest of the kernels' sources, because numba itself notices a change
of a file but not of the files it calls. `NUMBA_DISABLE_JIT=1` runs the same functions as plain Python.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from tempfile import gettempdir
from typing import Any, TypeVar, cast

import numba
import numpy as np

_Function = TypeVar("_Function", bound=Callable[..., Any])
_HERE = Path(__file__).parent
_config: Any = numba.config
_njit: Any = numba.njit  # its stubs know neither of two options used here


def _digest() -> str:
    found = sha256(numba.__version__.encode())
    for source in sorted(_HERE.glob("*.py")):
        found.update(source.name.encode() + source.read_bytes())
    return found.hexdigest()[:16]


def _cache_folder() -> Path:
    """Beside the sources where they may be written to, else among the machine's temporary files.

    numba only reads a cache that it may also write to, so what an image holds is copied over once.
    """
    beside = _HERE / "__pycache__" / _digest()
    if os.access(_HERE, os.W_OK):
        return beside
    folder = Path(gettempdir()) / f"rounds-kernel-{os.getuid()}" / _digest()
    if beside.is_dir() and not folder.exists():
        copytree(beside, folder)
    return folder


def is_compiled() -> bool:
    """Are there compiled kernels to load, or is nothing to be compiled at all?"""
    return bool(_config.DISABLE_JIT) or any(Path(_config.CACHE_DIR).rglob("*.nbi"))


if not _config.CACHE_DIR:
    _config.CACHE_DIR = str(_cache_folder())


_COMPILED: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",  # a division by nothing gives a number instead of a check; we never divide by nothing
    "_nrt": False,  # kernels allocate nothing, so nothing is counted: that alone doubles their speed
}


def number(value: int) -> int:
    """A constant that numba takes for any number: a plain one, handed to a kernel, would have it compiled once more."""
    return cast("int", np.int64(value))


def kernel(function: _Function) -> _Function:
    """Compile on first use; for what Python calls. Whole-number arithmetic as it stands, no reordering of fractions."""
    return cast(_Function, _njit(**_COMPILED)(function))


def inner(function: _Function) -> _Function:
    """As `kernel`, for what only kernels call: it needs no door for Python, and compiles faster without."""
    return cast(_Function, _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_COMPILED)(function))
