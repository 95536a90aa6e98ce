"""The way from a branch-day to a checked, saved and published plan; rules are in `rules/`, the engine is `optimizer`."""
