-- One row per view and table or view of the schema we work in that it reads.
-- A view's text is CREATE VIEW name (columns) AS query; names and columns may be quoted.
-- A temporary view is gone with its session.
with

queries as (

    select
        case when schema_name = current_schema() then '' else schema_name || '.' end || view_name
            as view_name,
        json_serialize_sql(
            regexp_extract(
                sql,
                '^CREATE VIEW (?:"(?:[^"]|"")*"|[^\s"(])+ '
                || '(?:\((?:"(?:[^"]|"")*"|[^")])*\) )?AS (.*);$',
                1,
                's'
            )
        ) as query

    from duckdb_views()

    where
        not internal
        and not temporary
        and database_name = current_database()

),

sources as (

    select
        view_name,
        unnest(json_extract_string(query, '$..schema_name')) as schema_name,
        unnest(json_extract_string(query, '$..table_name')) as source_name,
        json_extract_string(query, '$..cte_map.map[*].key') as names_within

    from queries

)

select distinct
    view_name,
    source_name

from sources

where
    schema_name in ('', current_schema())
    and not list_contains(names_within, source_name)
