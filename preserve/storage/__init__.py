"""How bytes and names meet the disk: digests, durable files, safe names, safe XML, locks, shipped schemas."""
