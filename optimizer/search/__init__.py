"""The search: chains of ruin and recreate, a pool of routes, route selection, stages. Numbers in, numbers out."""
