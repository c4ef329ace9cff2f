-- Receivers that were made for GitHub, GitLab, Gitea or Jenkins, and such as no kind knows.

-- What clone URLs begin with for this webhook's receiver; null: as the settings say.
alter table webhook add column clone_http text;
alter table webhook add column clone_ssh text;
-- Request headers of the admin's own: a JSON list of [name, value], sealed; and the same with *** for each value.
alter table webhook add column headers_sealed text;
alter table webhook add column headers_masked text;
-- A header that signs the body, NAME=ALGORITHM:FORM.
alter table webhook add column hmac_header text;
-- What only some kinds have to be told, as JSON.
alter table webhook add column custom text;

-- Null: the delivery is about its event. Otherwise it says of a push that a ref was made, or removed.
alter table delivery add column word text check (word = 'create' or word = 'delete');
