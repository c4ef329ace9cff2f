-- A repository is a directory, and has a name that the roots give it. What it is known by is not what it is called: the
-- table is made anew without the rule that a directory belongs to one row for ever. Other tables keep referring to it.

create table repository_new (
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
  created_at integer not null
) strict;

-- Roots were resolved when they were added, so that a directory's path says which holds it: the outermost names it.
insert into repository_new (id, directory, path, full_name, company, root, baseline_at, created_at)
select id, directory, directory, full_name, company,
  (select path from root where path = '/' or substr(directory, 1, length(path) + 1) = path || '/'
   order by length(path) limit 1),
  baseline_at, created_at
from repository order by id;
update repository_new set company = null where root is null;
drop table repository;
alter table repository_new rename to repository;

create unique index repository_name on repository (full_name) where removed_at is null;
create index repository_full_name on repository (full_name);
create index repository_directory on repository (directory);
create index repository_path on repository (path);
create index repository_inode on repository (inode);
create index repository_company on repository (company) where company is not null;

-- What the last walk over the roots found beside repositories that are well: `alias`: a second name of a repository;
-- `no-hook`: a repository that announces nothing; `link`: a link that was not followed; `same-name`: a repository whose
-- name another one has.
create table root_finding (
  path text not null,
  kind text not null check (kind = 'alias' or kind = 'no-hook' or kind = 'link' or kind = 'same-name'),
  repository_id integer references repository on delete cascade,
  detail text not null,
  primary key (path, kind)
) strict, without rowid;
create index root_finding_repository on root_finding (repository_id);
