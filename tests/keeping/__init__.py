"""What keeps packages for decades, from the command line: audits, schedules, copies, alerts, reports."""
