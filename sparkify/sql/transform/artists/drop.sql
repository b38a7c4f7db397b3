-- The batch's artists are merged.
drop table chosen_artists
