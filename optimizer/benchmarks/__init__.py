"""Public instances, peers and generated days, each judged by its own official objective. Never on the way of a plan."""
