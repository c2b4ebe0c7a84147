-- The portal reads what is published, and appends nothing.
create policy published on log.events for select to juqu_portal using (not internal);
