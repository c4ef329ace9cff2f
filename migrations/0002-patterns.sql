-- What repeats from row to row is kept once: of an attempt its URL, address and headers, of an event its repository. A row
-- names the pattern and holds the parts that differ.
create table pattern (
  id integer primary key,
  -- 'webhook:ID', or 'repository:ID EVENT'.
  owner text not null,
  -- How many texts there are, of which sort: a pattern fits only what has as many.
  shape text not null,
  -- JSON: each text, or the number of the differing part that stands in its place.
  texts text not null
) strict;
create index pattern_owner on pattern (owner, id);

-- Null: the row holds everything itself, in the columns that are empty otherwise.
alter table attempt add column pattern_id integer;
-- The parts that differ, one a line.
alter table attempt add column parts text;

-- Null: `data` is whole. Otherwise it has the commits of a push, U+0001 and the head commit, or nothing.
alter table event add column pattern_id integer;
alter table event add column parts text;
