-- The batch's repeated plays are merged.
drop table repeated_plays
