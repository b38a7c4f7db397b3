-- No row: the role analysts exists, with which nobody can log in.
create role analysts nologin
