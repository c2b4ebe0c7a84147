create table log.writers (
    role name not null,
    category text not null,
    primary key (role, category)
);

insert into log.writers (role, category) values
    ('juqu_intake', 'intake'),
    ('juqu_review', 'review'),
    ('juqu_lifecycle', 'lifecycle'),
    ('juqu_notify', 'notify'),
    ('juqu_operator', 'operator');

comment on table log.writers is
    'Which login may append to which category, and therefore sees its internal events.';
comment on column log.writers.role is
    'A login role of the database.';
comment on column log.writers.category is
    'First part of the names of the streams that it may write.';
