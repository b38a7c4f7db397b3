CREATE TABLE text_repairs (delivered TEXT(1024) NOT NULL,
    repaired TEXT(1024) NOT NULL)
