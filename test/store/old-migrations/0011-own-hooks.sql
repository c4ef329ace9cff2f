-- What the last walk over the roots found; the next one writes it anew. `own-hooks`: an account's own core.hooksPath keeps
-- belfry's hooks from running when it pushes; `path` is the file that says so, `detail` the rest as JSON.
drop table root_finding;
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
