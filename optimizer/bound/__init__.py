"""The proven lower bound: column generation over a relaxed problem. Every relaxation is on the safe side."""
