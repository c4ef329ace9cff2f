-- One word for one thing (docs/glossary.md), in tables as in the code.

-- An issue, a label … of another system.
alter table thing rename to external_object;

-- 1: announced as a whole, because no hook had written anything; one that comes later has nothing new to say.
alter table ref_gap rename column told to reported;
alter table ref_gap rename column at to created_at;
drop index ref_gap_at;
create index ref_gap_age on ref_gap (created_at);

alter table webhook rename column stamped_to to last_timestamp;
alter table repository rename column hooks_out_at to hooks_removed_at;

-- It had two meanings. First attempts with one order key (a ref) of one webhook go out one after the other. Robots send one
-- after the other anyway: a merge key is what a robot's message is about, when it is about one thing.
alter table delivery rename column lane to order_key;
alter table delivery add column merge_key text;
update delivery set merge_key = nullif(order_key, ''), order_key = '' where event_ids is not null;
