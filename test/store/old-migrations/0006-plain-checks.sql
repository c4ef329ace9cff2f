-- SQLite looks up a list of more than two in a table of its own, which it makes for every row that is written: that took a
-- tenth of a queue's time. The table of deliveries is made anew, with the same columns, checked by comparisons.
-- Attempts keep referring to it: foreign keys are off while a migration runs, and checked after it.

create table delivery_new (
  seq integer primary key,
  -- What receivers see, the same over all attempts.
  id text not null unique,
  webhook_id integer not null,
  event_id integer not null references event,
  -- A robot's message carries all events of one push (JSON array of ids); null: event_id alone.
  event_ids text,
  -- First attempts of one lane (a ref) of one webhook go out one after the other. Robots send one after the other
  -- anyway: theirs is what a message is about, when it is about one thing.
  lane text not null,
  state text not null check (state = 'pending' or state = 'sending' or state = 'delivered' or state = 'failed'
    or state = 'held' or state = 'merged'),
  -- 0 until the first attempt is over.
  retry integer not null default 0 check (retry = 0 or retry = 1),
  -- Attempts in all, and tries since it was last put on the schedule.
  attempts integer not null default 0,
  tries integer not null default 0,
  -- How often an admin had it sent again: receivers see the same id, a chat is to show it once more.
  redeliveries integer not null default 0,
  fallback integer not null default 0,
  -- A robot's message that carries what several pushes were owed.
  digest integer not null default 0 check (digest = 0 or digest = 1),
  next_attempt_at integer,
  merged_into text,
  last_status integer,
  last_error text,
  created_at integer not null,
  updated_at integer not null
) strict;

insert into delivery_new
select seq, id, webhook_id, event_id, event_ids, lane, state, retry, attempts, tries, redeliveries, fallback, digest,
  next_attempt_at, merged_into, last_status, last_error, created_at, updated_at
from delivery order by seq;
drop table delivery;
alter table delivery_new rename to delivery;

create index delivery_first on delivery (webhook_id, seq) where state = 'pending' and retry = 0;
create index delivery_retry on delivery (webhook_id, next_attempt_at) where state = 'pending' and retry = 1;
create index delivery_due on delivery (next_attempt_at, webhook_id) where state = 'pending' and retry = 1;
create index delivery_sending on delivery (seq) where state = 'sending';
create index delivery_held on delivery (webhook_id) where state = 'held';
create index delivery_failed on delivery (seq) where state = 'failed';
-- Digests whose events are still needed.
create index delivery_digest on delivery (seq) where digest = 1 and state not in ('delivered', 'merged');
create index delivery_webhook on delivery (webhook_id, seq);
create index delivery_event on delivery (event_id);
