-- One row per record that a script's COPY loaded: the time of its batch, :loaded_at.
-- The staging table is put in where it says staging_table: COPY sets no constant.
update staging_table set loaded_at = :loaded_at
