"""Names for compiled kernels, so that `perf` can tell them apart: writes `perf-PID.map` for this process.

Reads the symbols of each kernel's object code (ELF, 64 bit, little endian). A kernel the compiler has put into its
caller has no symbol of its own: its samples are the caller's.
"""

from __future__ import annotations

import os
import pkgutil
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from numba.core.codegen import CPUCodeLibrary

import optimizer.kernel

MAP: Final = "/tmp/perf-{pid}.map"  # noqa: S108 - where perf looks for it
SYMBOL_TABLE, FUNCTION = 2, 2
_MANGLED: Final = re.compile(r"(\d+)(?=[A-Za-z_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    name: str
    section: int
    offset: int
    size: int


_LOADED: Final[dict[str, bytes]] = {}


def keep_object_code() -> None:
    """From now on, code that numba loads from its cache is remembered by the name of its library.

    Call it before the first kernel runs: numba itself forgets the bytes once they are loaded.
    """
    libraries: Any = CPUCodeLibrary
    load = libraries._unserialize

    def loading(codegen: Any, state: tuple[str, str, Any]) -> Any:
        library = load(codegen, state)
        if state[1] == "object":
            _LOADED[library.name] = state[2][0]
        return library

    libraries._unserialize = loading


def write_map() -> Path:
    """For every kernel compiled or loaded by now."""
    lines = sorted({line for kernel in kernels() for line in _lines(kernel)})
    path = Path(MAP.format(pid=os.getpid()))
    path.write_text("".join(f"{address:x} {size:x} {name}\n" for address, size, name in lines), encoding="utf-8")
    return path


def kernels() -> Iterator[Any]:
    """Every compiled function of the engine, each once."""
    seen: set[int] = set()
    for module in pkgutil.iter_modules(optimizer.kernel.__path__, "optimizer.kernel."):
        for kernel in vars(import_module(module.name)).values():
            if hasattr(kernel, "overloads") and id(kernel) not in seen:
                seen.add(id(kernel))
                yield kernel


def _lines(kernel: Any) -> Iterator[tuple[int, int, str]]:
    for compiled in kernel.overloads.values():
        library, own = compiled.library, compiled.fndesc.llvm_func_name
        code = _LOADED.get(library.name) or library._get_compiled_object()
        known = list(symbols(code))
        anchor = next((symbol for symbol in known if symbol.name == own), None)
        if anchor is not None:
            base = library.get_pointer_to_function(own) - anchor.offset
            for symbol in known:
                if symbol.section == anchor.section and symbol.size:
                    yield base + symbol.offset, symbol.size, spoken(symbol.name)


def symbols(code: bytes) -> Iterator[Symbol]:
    """The functions of an ELF object."""
    table_at, (entry, count) = struct.unpack_from("<Q", code, 0x28)[0], struct.unpack_from("<HH", code, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", code, table_at + entry * number) for number in range(count)]
    for _, kind, _, _, at, size, link, _, _, width in headers:
        if kind == SYMBOL_TABLE:
            names = headers[link][4]
            for position in range(at, at + size, width):
                name, about, _, section, offset, length = struct.unpack_from("<IBBHQQ", code, position)
                if about & 0xF == FUNCTION:
                    text = code[names + name : code.index(b"\0", names + name)].decode()
                    yield Symbol(name=text, section=section, offset=offset, size=length)


def spoken(mangled: str) -> str:
    """`optimizer.kernel.ruin.ruin` of numba's mangled name: its leading parts, each told with its length."""
    parts, rest = [], mangled.removeprefix("_ZN")
    while (match := _MANGLED.match(rest)) is not None:
        length = int(match[1])
        parts.append(rest[match.end() : match.end() + length])
        rest = rest[match.end() + length :]
    kept = [part for part in parts if not part.startswith(("B", "_3c"))]
    return ".".join(kept).replace("optimizer.kernel.", "") or mangled
