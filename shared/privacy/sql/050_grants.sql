-- repeatable
-- Services make and read keys through these functions only; the operators' role alone destroys them.
revoke all on all tables in schema keys from public;
revoke all on all functions in schema keys from public;
grant usage on schema keys to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_operator;
grant execute on function keys.resolve_all, keys.keys_of
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office;
grant execute on function keys.keys_of, keys.destroy, keys.destroyed, keys.having to juqu_operator;
grant execute on function keys.put_master_in_force, keys.under_others, keys.rewrap, keys.by_master to juqu_operator;
grant select on keys.masters to juqu_operator;
-- A table that is rewritten keeps no deleted key in its pages.
grant maintain on keys.wrapped to juqu_operator;
