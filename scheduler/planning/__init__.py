"""From a branch-day to a checked, saved and published plan. Rules are in `rules/`, the engine is `optimizer`."""
