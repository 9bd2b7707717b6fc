"""``python -m bench [a … h journeys contacts replay ingest serving api identity web] --size small|medium|full``."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import time

import duckdb
import numpy as np
import polars as pl

from bench.data import SIZES
from bench.report import console

MODULES = {
    "a": "features",
    "b": "segments",
    "c": "ticks",
    "d": "memory",
    "e": "restart",
    "f": "parsing",
    "g": "mixed_scratch",
    "h": "mixed_ticks",
    "journeys": "journeys",
    "contacts": "contacts",
    "replay": "replay",
    "ingest": "ingest",
    "serving": "serving",
    "api": "api",
    "identity": "identity",
    "web": "web",
}


def main() -> None:
    """Run the benchmarks asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "which",
        nargs="*",
        metavar="a … h journeys contacts replay ingest serving api identity web",
        help="default: all",
    )
    parser.add_argument("--size", choices=list(SIZES), default="small")
    asked = parser.parse_args()
    unknown = [name for name in asked.which if name not in MODULES]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(MODULES)}")
    console.print(_conditions())
    for name in asked.which or MODULES:
        start = time.perf_counter()
        importlib.import_module(f"bench.{MODULES[name]}").run(SIZES[asked.size])
        console.print(f"[dim]{name} took {time.perf_counter() - start:,.0f} s in all[/]\n")


def _conditions() -> str:
    return (
        f"Python {platform.python_version()}, Polars {pl.__version__}, NumPy {np.__version__}, "
        f"DuckDB {duckdb.__version__}; {os.cpu_count()} cores\n"
    )


if __name__ == "__main__":
    main()
