"""What the figures were measured on; without names of hosts, people or folders."""

from __future__ import annotations

import os
import platform
import re
import ssl
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def machine(work: Path) -> dict[str, str]:
    """The machine and the programs, each with a word for it.  *work* is where the corpora lie."""
    memory = int(_first(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo")) or 0)
    return {
        "Processor": _first(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo")) or platform.processor() or "unknown",
        "Cores": str(len(os.sched_getaffinity(0))),
        "Memory": f"{memory / (1 << 20):.0f} GiB",
        "System": f"{platform.system()} {platform.release()}",
        "File system": file_system(work),
        "Load before the run": f"{os.getloadavg()[0]:.2f}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}, {ssl.OPENSSL_VERSION}",
        "preserve": f"{_version('preserve-packager')}{_commit()}",
        "bagit": _version("bagit"),
        "bdbag": _version("bdbag"),
        "sha512sum": _says("sha512sum", "--version"),
        "openssl": _says("openssl", "version"),
    }


def file_system(place: Path) -> str:
    """The type of the file system that *place* lies on."""
    device = os.stat(place).st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        words = line.split()
        if words[2] == wanted:
            return words[words.index("-") + 1]
    return "unknown"


def _first(pattern: str, path: Path) -> str:
    found = re.search(pattern, path.read_text())
    return found[1].strip() if found else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _says(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0]


def _commit() -> str:
    here = Path(__file__).parent
    words = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=here)
    return f", commit {done.stdout.strip()}" if done.returncode == 0 else ""
