"""preserve: texts in, sealed BagIt packages out, provable for decades."""

__version__ = "0.1.0"
