-- The batch's songs are merged.
drop table chosen_songs
