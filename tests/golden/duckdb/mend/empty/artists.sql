DELETE
FROM artists
