"""Policy from a mapping (`config/policy.toml`, or the overrides of a day file). Unknown names are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from scheduler.domain.policy import Limits, Planning, Policy, Prices
from scheduler.files.mirror import mirror
from scheduler.files.problems import InvalidFile, problems_of

PolicyModel: Final[type[BaseModel]] = mirror(Policy)


def policy_from(said: Mapping[str, Any], *, base: Policy | None = None, name: str = "policy") -> Policy:
    """`base` with what was said replaced.

    Raises `InvalidFile` with every problem, for a number that is negative too: prices and limits have no sign.
    """
    try:
        model = PolicyModel.model_validate(said)
    except ValidationError as error:
        raise InvalidFile(name, problems_of(error)) from None
    return _over(base or Policy(), model.model_dump(exclude_unset=True))


def _over(base: Policy, said: Mapping[str, Any]) -> Policy:
    prices: Prices = replace(base.prices, **said.get("prices", {}))
    limits: Limits = replace(base.limits, **said.get("limits", {}))
    planning: Planning = replace(base.planning, **said.get("planning", {}))
    return Policy(prices=prices, limits=limits, planning=planning)
