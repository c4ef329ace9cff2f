-- The schema of belfry 0.2.0, equal to what the files before it came to (test/store/old-migrations/). From here on: a new file for
-- each change, only forward.
-- Times are milliseconds since 1970 (UTC). Columns that end in _sealed are encrypted with the home's key.

create table setting (
  key text primary key,
  value text not null
) strict, without rowid;

-- Directories below which bare repositories lie; they give the repositories their full names.
create table root (
  path text primary key,
  -- Whatever moves refs below this root is announced at once: repositories that come later get that hook too.
  all_updates integer not null default 0,
  -- Whether pushes to refs/for are taken as merge requests, for everything below. Null: nothing was chosen. `unguarded`:
  -- taken, unless an update hook guards the repository.
  merge_requests text check (merge_requests in ('on', 'off', 'unguarded'))
) strict, without rowid;

-- A repository is a directory, and has a name that the roots give it.
create table repository (
  id integer primary key autoincrement,
  -- Where it was last seen, symbolic links resolved: git is run on this.
  directory text not null,
  -- The same as it was found: below a root as that was given, through links where there are some.
  path text not null,
  full_name text not null,
  -- First segment of the full name; null directly below a root, outside all roots, and for a name that is not the path's.
  company text,
  -- The root that names it; null outside all roots: only its own webhooks hear of it.
  root text,
  -- The directory itself. Texts: they have 64 bits, and nanoseconds since 1970 more than JavaScript's numbers hold.
  -- Null until it is seen for the first time; `birth` also where the file system has none.
  inode text,
  birth text,
  device text,
  -- Since when nothing stands at its path.
  gone_at integer,
  -- Forgotten by an admin: its events stay in the log.
  removed_at integer,
  -- When all its refs were taken into the ledger for the first time.
  baseline_at integer,
  created_at integer not null,
  -- What was missing when a push of it was last read: JSON with at, why and dispatcher (the program that starts belfry's
  -- hook, and does not hand on all of its input). Null: the last push came whole.
  input_lost text,
  -- When an admin took its hooks out: the setting `install.new` does not put them back.
  hooks_removed_at integer,
  -- As for a root; comes before what was chosen there.
  merge_requests text check (merge_requests in ('on', 'off', 'unguarded'))
) strict;
create unique index repository_name on repository (full_name) where removed_at is null;
create index repository_full_name on repository (full_name);
create index repository_directory on repository (directory);
create index repository_path on repository (path);
create index repository_inode on repository (inode);
create index repository_company on repository (company) where company is not null;

-- What the last walk over the roots found beside repositories that are well; the next one writes it anew. `alias`: a second
-- name of a repository; `no-hook`: a repository that announces nothing; `link`: a link that was not followed; `same-name`: a
-- repository whose name another one has; `own-hooks`: an account's own core.hooksPath keeps belfry's hooks from running when
-- it pushes; `path` is the file that says so, `detail` the rest as JSON.
create table root_finding (
  path text not null,
  kind text not null check (
    kind = 'alias' or kind = 'no-hook' or kind = 'link' or kind = 'same-name' or kind = 'own-hooks'
  ),
  repository_id integer references repository on delete cascade,
  detail text not null,
  primary key (path, kind)
) strict, without rowid;
create index root_finding_repository on root_finding (repository_id);

-- The ledger: the last reported tip of every branch and tag, and what it was before. `recovered`: reported by a ref check, so a
-- hook that comes late has nothing new to say.
create table ref_tip (
  repository_id integer not null references repository on delete cascade,
  ref text not null,
  tip text not null,
  before text not null,
  recovered integer not null check (recovered in (0, 1)),
  primary key (repository_id, ref)
) strict, without rowid;

-- Stretches of a ref's way that lie before its entry in the ledger: hooks report out of order, or late, or never.
create table ref_gap (
  repository_id integer not null references repository on delete cascade,
  ref text not null,
  -- Ids of the tips between which it lies; '' where the ref is not there.
  old text not null,
  new text not null,
  -- 1: announced as a whole, because no hook had written anything; one that comes later has nothing new to say.
  -- 0: a hook has written it down, and it is read later.
  reported integer not null check (reported in (0, 1)),
  created_at integer not null
) strict;
create index ref_gap_ref on ref_gap (repository_id, ref);
create index ref_gap_age on ref_gap (created_at);

-- What belfry remembers about itself. 'paused': after a backup was restored nothing is sent until an admin says so.
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
  updated_at integer not null,
  -- How its target is reached, where that differs from the settings. 'none', or a proxy's URL; null: what the settings say.
  -- What lists show of it stands beside it.
  proxy_sealed text,
  proxy_masked text,
  -- PEM: authorities that replace the machine's, and the certificate that belfry shows; its key is sealed.
  ca text,
  client_cert text,
  client_key_sealed text,
  -- Any certificate will do.
  insecure integer not null default 0 check (insecure in (0, 1)),
  -- The secret that was replaced, and until when it is valid too; `token_from`: when Gitee's single token is made with the
  -- new one.
  old_secret_sealed text,
  old_secret_until integer,
  token_from integer,
  -- No timestamp of Gitee's above this one has been sent to it, but for those that were the clock's own time.
  last_timestamp integer not null default 0
) strict;
create index webhook_scope on webhook (scope) where active = 1;

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

-- Its checks are comparisons: SQLite looks up a list of more than two in a table of its own, which it makes for every row
-- that is written. That took a tenth of a queue's time.
create table delivery (
  seq integer primary key,
  -- What receivers see, the same over all attempts.
  id text not null unique,
  webhook_id integer not null,
  event_id integer not null references event,
  -- A robot's message carries all events of one push (JSON array of ids); null: event_id alone.
  event_ids text,
  -- First attempts with one order key (a ref) of one webhook go out one after the other. Robots send one after the other
  -- anyway.
  order_key text not null,
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
  -- A robot's message that carries the events of several pushes.
  digest integer not null default 0 check (digest = 0 or digest = 1),
  next_attempt_at integer,
  merged_into text,
  last_status integer,
  last_error text,
  created_at integer not null,
  updated_at integer not null,
  -- Given up by an admin after a backup was restored: neither delivered nor a failure that somebody has to look at.
  dropped_at integer,
  -- What a robot's message is about; null: several things, or no robot.
  merge_key text
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

-- The rate limiter of each robot, shared by webhooks with the same URL, so that a restart does not send too fast.
create table robot (
  key text primary key,
  pace text not null
) strict, without rowid;

-- Merge requests that came by `git push … HEAD:refs/for/<target>`. Their commits are refs: refs/pull/<number>/head.
create table merge_request (
  id integer primary key autoincrement,
  repository_id integer not null references repository on delete cascade,
  number integer not null,
  author_id integer not null references user,
  -- A branch without refs/heads/.
  target text not null,
  topic text not null,
  -- A further push of its author for the same target and topic moves this one. Only one of them can.
  takes_pushes integer not null check (takes_pushes in (0, 1)),
  -- `new` until the push that made it is announced.
  state text not null check (state in ('new', 'open', 'closed', 'merged')),
  title text not null,
  body text not null,
  draft integer not null check (draft in (0, 1)),
  -- As they were last announced; `base` is the tip of the target.
  head text not null,
  base text not null,
  merge_status text not null check (merge_status in ('unchecked', 'can_be_merged', 'can_be_resolve')),
  mergeable integer check (mergeable in (0, 1)),
  -- While it is open the trial merge, then the commit that merged it.
  merge_commit text,
  additions integer not null,
  deletions integer not null,
  changed_files integer not null,
  commits integer not null,
  comments integer not null,
  -- JSON: what a squash or a rebase of it would look like.
  patch_ids text not null,
  updated_by integer not null references user,
  created_at integer not null,
  updated_at integer not null,
  closed_at integer,
  merged_at integer,
  -- Counted up with every change: what was computed from an older one is not written.
  version integer not null,
  unique (repository_id, number)
) strict;
create unique index merge_request_topic on merge_request (repository_id, author_id, target, topic)
  where takes_pushes = 1;
create index merge_request_open on merge_request (repository_id, target) where state = 'open';

create table merge_request_comment (
  id integer primary key autoincrement,
  merge_request_id integer not null references merge_request on delete cascade,
  user_id integer not null references user,
  body text not null,
  created_at integer not null
) strict;
create index merge_request_comment_request on merge_request_comment (merge_request_id, id);

-- An issue, request, comment, label or milestone of another system, the same row for ever: `kind` is 'issue', 'merge_request',
-- 'note', 'label' or 'milestone'.
create table external_object (
  id integer primary key autoincrement,
  repository_id integer not null references repository,
  kind text not null,
  -- Which other system; empty where there is only one.
  tracker text not null,
  external_id text not null,
  -- What people call an issue, as it was last given; null: made from the id.
  number text,
  first_seen_at integer not null,
  -- What was last said of it, and is sent where an announcement leaves it out: the colour of a label; of a merge request the
  -- source, as JSON with branch and sha.
  last_known text,
  unique (repository_id, kind, tracker, external_id)
) strict;

-- `belfry emit --id`: the same one twice is one event, for as long as that event is kept.
create table emission (
  repository_id integer not null references repository,
  key text not null,
  event_id integer not null references event on delete cascade,
  primary key (repository_id, key)
) strict, without rowid;
create index emission_event on emission (event_id);
