-- How a webhook's target is reached, where that differs from the settings, and a second secret while the first is
-- being replaced.

-- 'none', or a proxy's URL; null: what the settings say. What lists show of it stands beside it.
alter table webhook add column proxy_sealed text;
alter table webhook add column proxy_masked text;
-- PEM: authorities that replace the machine's, and the certificate that belfry shows; its key is sealed.
alter table webhook add column ca text;
alter table webhook add column client_cert text;
alter table webhook add column client_key_sealed text;
-- Any certificate will do.
alter table webhook add column insecure integer not null default 0 check (insecure in (0, 1));

-- The secret that was replaced, and until when it is valid too; `token_from`: when Gitee's single token is made with the
-- new one.
alter table webhook add column old_secret_sealed text;
alter table webhook add column old_secret_until integer;
alter table webhook add column token_from integer;
