"""What the core needs from outside, as protocols. `scheduler/store` implements them; nothing here does work.

One unit of work is one transaction: whoever opened it commits it. All methods read and write inside it.
"""
