-- What `belfry emit` needs to remember: ids of other systems' things, and which announcements it has had.

-- A thing of another system, the same row for ever: `kind` is 'issue', 'merge_request', 'note', 'label' or 'milestone'.
create table thing (
  id integer primary key autoincrement,
  repository_id integer not null references repository,
  kind text not null,
  -- Which other system; empty where there is only one.
  tracker text not null,
  external_id text not null,
  -- What people call an issue, as it was last given; null: made from the id.
  number text,
  first_seen_at integer not null,
  unique (repository_id, kind, tracker, external_id)
) strict;

-- `--id`: the same one twice is one event, for as long as that event is kept.
create table emission (
  repository_id integer not null references repository,
  key text not null,
  event_id integer not null references event on delete cascade,
  primary key (repository_id, key)
) strict, without rowid;
create index emission_event on emission (event_id);
