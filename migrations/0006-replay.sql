-- 1: what an admin had told to a webhook once more, or for the first time. Without a check, for which SQLite would read every row.
alter table delivery add column replayed integer not null default 0;
