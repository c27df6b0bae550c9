"""RFC 8493: manifests, writing, sealing, reading and judging bags, as folders or serialized."""
