-- Office decides, as intake does: it appends to a category of its own, and reads what is published.
insert into log.writers (role, category) values ('juqu_office', 'office');

alter policy own_and_published on log.events
    to juqu_intake, juqu_review, juqu_lifecycle, juqu_notify, juqu_office;
