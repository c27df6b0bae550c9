"""One file a probe.  Each is loaded only in the worker process, so that a missing library costs that probe alone."""

from __future__ import annotations

NAMES: dict[str, str] = {
    "libmagic": "preserve.identify.probes.libmagic:LibmagicProbe",
    "charset": "preserve.identify.probes.charset:CharsetProbe",
    "pronom": "preserve.identify.probes.pronom:PronomProbe",
    "metadata": "preserve.identify.probes.metadata:MetadataProbe",
    "language": "preserve.identify.probes.language:LanguageProbe",
    "clamav": "preserve.identify.probes.clamav:ClamavProbe",
}
"""Every probe by its name, in the order in which they run: later ones use what earlier ones found."""
