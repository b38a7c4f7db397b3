-- The batch whose records of forgotten users were left out.
update batches
set suppressed = :records
where loaded_at = :loaded_at
