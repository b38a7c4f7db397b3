-- One row per song record of the files that :source names, as delivered.
copy staging_songs (
    num_songs,
    artist_id,
    artist_latitude,
    artist_longitude,
    artist_location,
    artist_name,
    song_id,
    title,
    duration,
    year
)
from :source
iam_role :role
region :region
format as json 'auto'
compupdate off
statupdate off
