"""The words of the house are all to be had from one place."""

import importlib
import inspect
import pkgutil

import pytest

from preserve import model


def test_every_word_is_had_from_the_one_door() -> None:
    files = [importlib.import_module(f"preserve.model.{file.name}") for file in pkgutil.iter_modules(model.__path__)]
    made = {name: value for file in files for name, value in vars(file).items() if _is_made_in(value, file.__name__)}
    assert sorted(made) == sorted(model.__all__)
    assert all(getattr(model, name) is value for name, value in made.items())


def _is_made_in(value: object, file: str) -> bool:
    return inspect.isclass(value) and value.__module__ == file


def test_what_is_no_word_of_ours_is_not_there() -> None:
    with pytest.raises(AttributeError, match="Parcel"):
        _ = model.Parcel
