"""What arrived: walk it, refuse its hazards, read the checksums and find the metadata that the producer sent along."""
