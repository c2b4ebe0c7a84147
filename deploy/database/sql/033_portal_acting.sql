alter table portal.sessions add column acting jsonb;

comment on column portal.sessions.acting is
    'The delegation under which this person acts for the head of their office, in every tab; null: in their own name.';
