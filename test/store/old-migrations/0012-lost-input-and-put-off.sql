-- What was missing when a push of it was last read: JSON with at, why and dispatcher (the program that starts belfry's
-- hook, and does not hand on all of its input). Null: the last push came whole.
alter table repository add column input_lost text;

-- Files of the spool that could not be read into events, by what may pass: a git that was killed, a repository that is away.
-- Each is tried again at its time, by whichever worker there is then.
create table put_off (
  -- The file's name in the spool.
  name text primary key,
  -- Times that it was tried.
  tries integer not null,
  next_at integer not null,
  -- What it last failed with.
  reason text not null,
  -- When it failed first.
  since integer not null
) strict, without rowid;
