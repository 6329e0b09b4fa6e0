"""Decide whether a table's settings are what its engine takes. Nothing is loaded or started.

    the names of the settings, and their types    as the engine's signature has them
    what goes with what, a voice's name, ...      the engine's own ``check_settings``, if it has one

`voice check` and `voice serve` both ask here, so that one cannot be content where the other is not.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from voice.mistakes import describe


@runtime_checkable
class Particular(Protocol):
    """An engine's class that knows more of its settings than their types."""

    def check_settings(self, **settings: Any) -> None:  # noqa: ANN401 - they are of any type
        """Asked of the class, with all its settings; ``model`` only where that is here already.

        Raises what says in one line which of them is wrong.
        """
        ...


def mistakes(table: str, engine: Callable[..., Any], options: Mapping[str, Any]) -> list[str]:
    """What is wrong with the names and the types of a table's settings, a line each."""
    known = {
        name: parameter
        for name, parameter in _parameters(engine).items()
        if parameter.kind is not inspect.Parameter.VAR_POSITIONAL
    }
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in known.values()):
        return []
    if "key" in known:  # the file names the variable that holds it
        known["key_env"] = inspect.Parameter(
            "key_env", inspect.Parameter.KEYWORD_ONLY, default="", annotation=str
        )
    found = [
        f"unknown key {name!r} in {table}, expected one of: {', '.join(sorted(known))}"
        for name in options
        if name not in known
    ]
    found += [
        f"{table} {name} is missing"
        for name, parameter in known.items()
        if parameter.default is parameter.empty and name not in options
    ]
    for name, value in options.items():
        if name in known:
            found += _mistyped(f"{table} {name}", known[name].annotation, value)
    return found


def validate(engine: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """Ask the engine itself. Raises whatever it finds to say."""
    if isinstance(engine, Particular):
        engine.check_settings(**settings(engine, options))


def settings(engine: Callable[..., Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine would be called with: a table's options over its own defaults."""
    known = _parameters(engine).values()
    defaults = {p.name: p.default for p in known if p.default is not p.empty}
    return {**defaults, **options}


def _parameters(engine: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(engine, eval_str=True).parameters
    except Exception:  # names that only a type checker sees
        return inspect.signature(engine).parameters


def _mistyped(name: str, annotation: Any, value: object) -> list[str]:  # noqa: ANN401 - a type
    """Nothing where the type is one that only the engine can judge."""
    try:
        TypeAdapter(annotation).validate_python(value, strict=True)
    except (PydanticUserError, NameError):
        return []
    except ValidationError as error:
        errors = error.errors()  # one for each member of a union: the last stands for all
        inside = () if len(errors) > 1 else errors[0]["loc"]
        return [describe(".".join(map(str, (name, *inside))), errors[-1])]
    return []
