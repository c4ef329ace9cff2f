-- Where pushes to refs/for are taken as merge requests: what an admin chose for a root and everything below it, or for one
-- repository, which comes first. Null: nothing was chosen. `unguarded`: taken, unless an update hook guards the repository.
alter table root add column merge_requests text check (merge_requests in ('on', 'off', 'unguarded'));
alter table repository add column merge_requests text check (merge_requests in ('on', 'off', 'unguarded'));

-- They were taken everywhere before. Where nobody has made one, nobody misses it.
update repository set merge_requests = 'unguarded' where id in (select repository_id from merge_request);
