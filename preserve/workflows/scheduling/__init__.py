"""The schedule: what is read on which night, whether that can be kept, and the timer that calls the audit."""
