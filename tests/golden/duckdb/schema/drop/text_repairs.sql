DROP TABLE IF EXISTS text_repairs
