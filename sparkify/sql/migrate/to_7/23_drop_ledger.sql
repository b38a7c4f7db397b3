-- The ledger whose key was uri and etag.
drop table loaded_files
