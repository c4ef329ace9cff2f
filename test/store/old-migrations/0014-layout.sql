-- When an admin took its hooks out: the setting `install.new` does not put them back. Milliseconds since 1970.
alter table repository add column hooks_out_at integer;

-- Whatever moves refs below this root is announced at once: repositories that come later get that hook too.
alter table root add column all_updates integer not null default 0;
