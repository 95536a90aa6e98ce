"""The engine: numbers in, numbers out. It knows visits, routes and prices, and nothing of people, dates or reasons.

Start at `problem.Problem`, `search.solve.solve` and `evaluate.evaluate`. Nothing is gathered here: whoever asks for a
table of travel or an address would load the whole search with it.
"""
