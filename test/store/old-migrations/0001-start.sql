-- Times are milliseconds since 1970 (UTC). Columns that end in _sealed are encrypted with the home's key.

create table setting (
  key text primary key,
  value text not null
) strict, without rowid;

-- Directories below which bare repositories lie; they give the repositories their full names.
create table root (
  path text primary key
) strict, without rowid;

create table repository (
  id integer primary key autoincrement,
  directory text not null unique,
  full_name text not null unique,
  -- First segment of the full name; null directly below a root.
  company text,
  -- When all its refs were taken into the ledger for the first time.
  baseline_at integer,
  created_at integer not null
) strict;
create index repository_company on repository (company) where company is not null;

-- The ledger: the last announced tip of every branch and tag, and what it was before. `recovered`: announced by a
-- comparison, so a hook that comes late has nothing new to say.
create table ref_tip (
  repository_id integer not null references repository on delete cascade,
  ref text not null,
  tip text not null,
  before text not null,
  recovered integer not null check (recovered in (0, 1)),
  primary key (repository_id, ref)
) strict, without rowid;

-- What belfry remembers about itself.
create table state (
  key text primary key,
  value text not null
) strict, without rowid;

-- Logins seen in pushes, and owners of namespaces. The first e-mail address is the one that is shown.
create table user (
  id integer primary key autoincrement,
  login text not null unique,
  name text not null,
  created_at integer not null
) strict;
create table user_email (
  email text primary key collate nocase,
  user_id integer not null references user on delete cascade,
  position integer not null
) strict, without rowid;
create index user_email_user on user_email (user_id, position);

create table webhook (
  id integer primary key autoincrement,
  name text not null,
  -- 'all', 'company:NAME' or 'repository:ID', so that one index finds the webhooks of a push.
  scope text not null,
  kind text not null,
  url_sealed text not null,
  -- What lists show, without anything secret; also all that is left when the key is lost.
  url_masked text not null,
  events text not null,
  branches text not null,
  auth text not null check (auth in ('none', 'signature', 'password')),
  secret_sealed text,
  language text,
  keyword text,
  timeout_ms integer,
  -- The admin's switch: an inactive webhook gets nothing.
  active integer not null check (active in (0, 1)),
  -- Set when belfry gave up on it: its deliveries are held, not dropped.
  disabled_at integer,
  disabled_reason text,
  -- Failures in a row, and since when.
  failures integer not null default 0,
  failing_since integer,
  created_at integer not null,
  updated_at integer not null
) strict;
create index webhook_scope on webhook (scope) where active = 1;

create table push (
  id integer primary key,
  -- The same spool file read twice is one push.
  spool_name text not null unique,
  repository_id integer not null references repository,
  user_id integer not null references user,
  pushed_at integer not null,
  options text not null,
  -- Refs that are neither branch nor tag, and anything else that was left out.
  notes text not null
) strict;
create index push_age on push (pushed_at);

create table event (
  id integer primary key,
  push_id integer references push,
  repository_id integer not null references repository,
  name text not null,
  ref text,
  -- Gitee's body without the envelope of a webhook, compact JSON with its keys in order.
  data text not null,
  facts text not null,
  created_at integer not null
) strict;
create index event_push on event (push_id);

create table delivery (
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
  state text not null check (state in ('pending', 'sending', 'delivered', 'failed', 'held', 'merged')),
  -- 0 until the first attempt is over.
  retry integer not null default 0 check (retry in (0, 1)),
  -- Attempts in all, and tries since it was last put on the schedule.
  attempts integer not null default 0,
  tries integer not null default 0,
  -- How often an admin had it sent again: receivers see the same id, a chat is to show it once more.
  redeliveries integer not null default 0,
  fallback integer not null default 0,
  -- A robot's message that carries what several pushes were owed.
  digest integer not null default 0 check (digest in (0, 1)),
  next_attempt_at integer,
  merged_into text,
  last_status integer,
  last_error text,
  created_at integer not null,
  updated_at integer not null
) strict;
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

create table attempt (
  id integer primary key,
  delivery_seq integer not null references delivery on delete cascade,
  number integer not null,
  started_at integer not null,
  duration_ms integer not null,
  url text not null,
  request_headers text not null,
  -- A body that is the event's data and an envelope is kept as the envelope alone; secrets are masked.
  request_envelope text,
  request_body text,
  address text,
  status integer,
  response_headers text,
  response_body text,
  response_truncated integer not null,
  error text,
  verdict text not null,
  hint text
) strict;
create index attempt_delivery on attempt (delivery_seq, number);

-- One bucket per robot, shared by webhooks with the same URL, so that a restart does not send too fast.
create table robot (
  key text primary key,
  pace text not null
) strict, without rowid;
