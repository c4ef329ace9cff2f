-- The method of a request; null: POST.
alter table attempt add column method text check (method = 'PUT' or method = 'PATCH');
