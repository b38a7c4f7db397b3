-- One row per view and table or view of the schema we work in that it reads.
-- pg_depend knows the rule that a view is, what the rule reads, and (i) the view it belongs to.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_TABLE.html
select distinct
    case
        when view_schema.nspname = current_schema() then view_relation.relname
        else view_schema.nspname || '.' || view_relation.relname
    end as view_name,
    source.relname as source_name

from pg_class as source

inner join pg_namespace as source_schema
    on source.relnamespace = source_schema.oid

inner join pg_depend as reads
    on source.oid = reads.refobjid

inner join pg_depend as belongs
    on reads.objid = belongs.objid

inner join pg_class as view_relation
    on belongs.refobjid = view_relation.oid

inner join pg_namespace as view_schema
    on view_relation.relnamespace = view_schema.oid

where
    source_schema.nspname = current_schema()
    and belongs.deptype = 'i'
    and view_relation.relkind = 'v'
    and view_relation.oid != source.oid
