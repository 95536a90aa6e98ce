"""Compiled inner loops over flat arrays. The only home of numba; no objects, no clock, no chance of its own."""
