-- Stretches of a ref's way that lie before its entry in the ledger: hooks report out of order, or late, or never.
create table ref_gap (
  repository_id integer not null references repository on delete cascade,
  ref text not null,
  -- Ids of the tips between which it lies; '' where the ref is not there.
  old text not null,
  new text not null,
  -- 1: announced as a whole, because no hook had said anything; one that comes later has nothing new to say.
  -- 0: a hook has written it down, and it is read later.
  told integer not null check (told in (0, 1)),
  at integer not null
) strict;
create index ref_gap_ref on ref_gap (repository_id, ref);
create index ref_gap_at on ref_gap (at);
