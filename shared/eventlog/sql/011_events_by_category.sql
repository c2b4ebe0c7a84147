create index events_by_category on log.events (category, seq);

comment on index log.events_by_category is
    'Lets a follower of one quiet service page and find its end without reading everybody else''s events.';
