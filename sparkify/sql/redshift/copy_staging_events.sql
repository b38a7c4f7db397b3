-- One row per event of the files that :source names, as delivered.
copy staging_events (
    artist,
    auth,
    firstname,
    gender,
    iteminsession,
    lastname,
    length,
    level,
    location,
    method,
    page,
    registration,
    sessionid,
    song,
    status,
    ts,
    useragent,
    userid
)
from :source
iam_role :role
region :region
format as json :jsonpaths
timeformat 'epochmillisecs'
compupdate off
statupdate off
