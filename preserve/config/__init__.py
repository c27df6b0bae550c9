"""preserve.toml → a frozen Config that knows where each value came from."""

from preserve.config.loading import FILE_NAME, Config, find_home, load
from preserve.config.settings import BY_KEY, NAMED, SETTINGS, TERMS, Setting, Value

__all__ = ["BY_KEY", "FILE_NAME", "NAMED", "SETTINGS", "TERMS", "Config", "Setting", "Value", "find_home", "load"]
