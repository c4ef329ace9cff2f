-- No timestamp of Gitee's above this one has been sent to the webhook, but for those that were the clock's own time.
alter table webhook add column stamped_to integer not null default 0;

-- What was last said of a thing, and is sent where an announcement leaves it out: the colour of a label; of a merge request
-- the source, as JSON with branch and sha.
alter table thing add column last_known text;
