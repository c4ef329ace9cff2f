-- A webhook's name is how a file names it (`belfry apply`), so no two have the same one. Of several the oldest keeps it, the others get
-- their number behind it; where even that is somebody's name already, they have none.
update webhook set name = name || '-' || id
  where name <> '' and exists (select 1 from webhook as older where older.name = webhook.name and older.id < webhook.id);
update webhook set name = ''
  where name <> '' and exists (select 1 from webhook as older where older.name = webhook.name and older.id < webhook.id);
create unique index webhook_name on webhook (name) where name <> '';

-- What it has to have and nobody has given yet: a JSON list of `url`, `secret`, `proxy`, `client_key` and `headers.NAME`. It is sent
-- nothing until then.
alter table webhook add column missing text not null default '[]';
