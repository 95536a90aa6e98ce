"""The search: regret insertion, ruin and recreate, a route pool, and route selection. Numbers in, numbers out."""
