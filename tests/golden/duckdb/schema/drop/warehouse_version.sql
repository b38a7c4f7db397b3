DROP TABLE IF EXISTS warehouse_version
