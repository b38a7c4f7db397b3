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
format as json :jsonpaths
timeformat 'epochmillisecs'
maxerror :errors_to_fail
compupdate off
statupdate off
