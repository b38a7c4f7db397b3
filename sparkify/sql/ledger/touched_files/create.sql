-- One row per file that has another etag and the content of its latest version.
create temporary table touched_files (
    uri varchar(4096) not null,
    etag varchar(256) not null,
    content_hash varchar(32) not null
)
