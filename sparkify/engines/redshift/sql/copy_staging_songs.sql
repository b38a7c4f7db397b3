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
format as json :jsonpaths
maxerror :errors_to_fail
compupdate off
statupdate off
