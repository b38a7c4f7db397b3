CREATE TABLE write_lock (locked_at TIMESTAMP)
