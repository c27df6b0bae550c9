"""The SQL index of packages: made from ``packages/``, and made again from there whenever it is lost."""
