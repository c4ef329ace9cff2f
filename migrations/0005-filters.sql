-- Of what a webhook hears beside its events and branches, and when. Lists are JSON, as in `branches`; an empty one wants all.
alter table webhook add column repos text not null default '[]';
alter table webhook add column tags text not null default '[]';
alter table webhook add column paths text not null default '[]';
alter table webhook add column pushers text not null default '[]';
alter table webhook add column skip_ci integer not null default 0 check (skip_ci = 0 or skip_ci = 1);
-- Seconds for which a ref has to be quiet before its newest state is sent; null: each push is.
alter table webhook add column latest_only integer;

-- What several pushes did to a ref, for the one webhook that was to be told of them together; null: for everybody.
alter table event add column only_for integer;
