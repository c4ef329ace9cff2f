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
