-- After a backup was restored nothing is sent until an admin says so (`state`, key 'paused'). What he then gives up was
-- neither delivered nor a failure that somebody has to look at.
alter table delivery add column dropped_at integer;
