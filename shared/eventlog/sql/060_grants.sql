-- repeatable
revoke all on all tables in schema log from public;
revoke all on all functions in schema log from public;
revoke all on all procedures in schema log from public;

grant usage on schema log
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_relay, juqu_operator;
grant select on log.events, log.writers, log.epochs
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_relay, juqu_operator;
grant usage on type log.fact, log.verdict
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_operator;
grant execute on function log.head, log.seq_before
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_relay, juqu_operator;
grant select on log.epochs to juqu_notary;
grant execute on function log.enter
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_relay, juqu_notary, juqu_operator;
grant execute on function log.record, log.record_one
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_operator;
grant execute on procedure log.append, log.append_one
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office, juqu_operator;
grant execute on function log.census to juqu_operator;
