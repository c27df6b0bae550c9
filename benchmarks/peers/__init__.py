"""Small scripts that use the peers the way a person would."""
