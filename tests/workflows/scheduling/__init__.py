"""The schedule, tried on archives with packages, and on real timers where there are any."""
