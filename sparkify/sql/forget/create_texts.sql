-- One row per text that quotes a user to forget, by its hash.
create temporary table quoting_texts (text_hash varchar(32) not null)
