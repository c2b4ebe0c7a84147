-- What the portal remembers of people at their desks. None of it is history: it may be emptied at any time, and then
-- everybody signs in again.
create table portal.sessions (
    session bytea primary key,
    subject text not null,
    provider_session text not null,
    actor jsonb not null,
    tokens bytea not null,
    token_ends_at timestamptz not null,
    guard text not null,
    began_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    after_seq bigint not null default 0
);

comment on table portal.sessions is
    'Who is signed in. A session is known by its cookie only, of which this keeps the hash.';
comment on column portal.sessions.session is
    'SHA-256 of the cookie''s value.';
comment on column portal.sessions.provider_session is
    'The sid of the identity provider; empty where it names none.';
comment on column portal.sessions.actor is
    'Who it is: subject, name, office, roles.';
comment on column portal.sessions.tokens is
    'The tokens, sealed with the portal''s key.';
comment on column portal.sessions.token_ends_at is
    'Until when the access token is one.';
comment on column portal.sessions.guard is
    'What each form of the session carries, so that no other site can send one.';
comment on column portal.sessions.after_seq is
    'The last event that this person caused, which the next page must show.';

create index sessions_by_subject on portal.sessions (subject);
create index sessions_by_provider_session on portal.sessions (provider_session);

create table portal.sign_ins (
    state bytea primary key,
    browser bytea not null,
    nonce text not null,
    verifier bytea not null,
    back text not null,
    began_at timestamptz not null default now()
);

comment on table portal.sign_ins is
    'Attempts to sign in that have not returned from the identity provider.';
comment on column portal.sign_ins.state is
    'SHA-256 of the state that the provider gives back.';
comment on column portal.sign_ins.browser is
    'SHA-256 of the cookie of the browser that began it.';
comment on column portal.sign_ins.verifier is
    'The code verifier (RFC 7636), sealed with the portal''s key.';
comment on column portal.sign_ins.back is
    'The path of the page to go to afterwards.';

create table portal.drafts (
    subject text,
    form text,
    typed bytea not null,
    version integer not null,
    saved_at timestamptz not null default now(),
    primary key (subject, form)
);

comment on table portal.drafts is
    'What people have typed and not sent, sealed with the portal''s key; it expires.';
comment on column portal.drafts.form is
    'The path of the page with the form.';
comment on column portal.drafts.version is
    'Grows by one with each saving.';

grant select, insert, update, delete on portal.sessions, portal.sign_ins, portal.drafts to juqu_portal;
grant select on clock.driven to juqu_portal;
