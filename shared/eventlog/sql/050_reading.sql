alter table log.events enable row level security;

create policy everything on log.events for select
    to juqu_operator, juqu_relay
    using (true);

create policy own_and_published on log.events for select
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify
    using (
        not internal
        or category = any (array(select w.category from log.writers as w where w.role = current_user))
    );
