"""Files people write and read: day files, plan files, policy and visit types. Never touches the database."""
