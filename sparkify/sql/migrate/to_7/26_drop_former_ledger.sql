-- What was kept of the ledger while its table was recreated.
drop table former_loaded_files
