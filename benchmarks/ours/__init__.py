"""Small scripts that use preserve where no command does what is measured."""
