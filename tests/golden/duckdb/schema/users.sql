CREATE TABLE users (user_id INT NOT NULL,
    first_name TEXT(256),
    last_name TEXT(256),
    gender TEXT(16),
    level TEXT(16),
    last_event_at TIMESTAMP NOT NULL,
    last_event_id BIGINT NOT NULL)
