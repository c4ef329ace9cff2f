-- No timestamp of Gitee's above this one has been sent to the webhook, but for those that were the clock's own time.
alter table webhook add column stamped_to integer not null default 0;
