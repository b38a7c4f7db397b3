-- No row: the group analysts is there.
create group analysts
