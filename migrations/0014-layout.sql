-- When an admin took its hooks out: the setting `install.new` does not put them back. Milliseconds since 1970.
alter table repository add column hooks_out_at integer;
