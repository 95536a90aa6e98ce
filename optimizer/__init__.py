"""The engine: numbers in, numbers out. It knows visits, routes and prices, and nothing of people, dates or reasons."""

from optimizer.answer import Answer, Effort, Progress, StoppedBy
from optimizer.errors import EngineError, InvalidProblem, InvalidSolution, NoEnd, NoStopwatch
from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation, Fault, Price
from optimizer.insertion import Insertion, Obstacle, insertions, obstacles
from optimizer.limits import Limit
from optimizer.problem import (
    LARGEST_PRICE,
    NEVER,
    NO_PLACE,
    Alike,
    Break,
    Curve,
    Measure,
    Problem,
    Relation,
    Route,
    StartPrice,
    Visit,
    WorstPrice,
)
from optimizer.search.effort import effort_for
from optimizer.search.solve import ENGINE, solve
from optimizer.search.warm_up import warm_up
from optimizer.solution import BreakTaken, Solution, Tour
from optimizer.timing import timed

__all__ = [
    "ENGINE",
    "LARGEST_PRICE",
    "NEVER",
    "NO_PLACE",
    "Alike",
    "Answer",
    "Break",
    "BreakTaken",
    "Curve",
    "Effort",
    "EngineError",
    "Evaluation",
    "Fault",
    "Insertion",
    "InvalidProblem",
    "InvalidSolution",
    "Limit",
    "Measure",
    "NoEnd",
    "NoStopwatch",
    "Obstacle",
    "Price",
    "Problem",
    "Progress",
    "Relation",
    "Route",
    "Solution",
    "StartPrice",
    "StoppedBy",
    "Tour",
    "Visit",
    "WorstPrice",
    "effort_for",
    "evaluate",
    "insertions",
    "obstacles",
    "solve",
    "timed",
    "warm_up",
]
