SELECT MAX(version) AS version
FROM warehouse_version
