-- repeatable
-- Whoever holds the turn keeps everybody else from appending, until the transaction ends. So only log.record and
-- log.record_one take it, and only from procedures that commit at once. Those procedures cannot have the owner's rights: such
-- a procedure may not commit. A login must therefore be allowed to call log.record itself; and in a transaction that it left
-- open, that would stop all appending. No grant says "from that procedure only". The call stack does.
create or replace function log.was_called_by(stack text, caller text) returns boolean
    language sql
    immutable
as $$
    select pg_catalog.starts_with(
        pg_catalog.split_part(stack, E'\n', 2), 'PL/pgSQL function ' || caller || ' line ')
$$;

comment on function log.was_called_by is
    'Whether a function, whose pg_context is stack, was called by the procedure of that signature.';

revoke all on function log.was_called_by from public;
