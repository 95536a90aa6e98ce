"""Plans as files for people and other programs. Each export says what it gives away about patients."""
