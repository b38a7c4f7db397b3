-- One row per word that a text about the users to forget has: a number or a last name.
create temporary table quoting_words (word varchar(256) not null)
