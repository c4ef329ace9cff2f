/** A home of before 0.2.0 with a row in most tables, written with the columns of its schema. */
import type { Db } from '../../src/store/database.ts';

/** @param db of schema 5 */
export function fillSchema5(db: Db): void {
  db.exec(`
    insert into setting values ('retention.days', '30');
    insert into root (path) values ('/srv/git'), ('/srv/git/acme'), ('/srv/git2');
    insert into repository (id, directory, full_name, company, baseline_at, created_at) values
      (3, '/srv/git/acme/app.git', 'app', null, 7, 1), (5, '/home/x/app.git', 'x/app', 'x', null, 2);
    insert into ref_tip (repository_id, ref, tip, before, recovered) values (3, 'refs/heads/main', 'a', '', 0);
    insert into ref_gap values (3, 'refs/heads/main', 'a', 'b', 1, 9), (3, 'refs/heads/main', 'b', 'c', 0, 9);
    insert into state values ('scanned_at', '77');
    insert into user (id, login, name, created_at) values (2, 'alice', 'Alice', 1);
    insert into user_email values ('alice@example.com', 2, 0);
    insert into webhook (id, name, scope, kind, url_sealed, url_masked, events, branches, auth, active, created_at, updated_at)
      values (1, 'ci', 'all', 'gitee', 'x', 'https://ci.example.com/hook', '["push"]', '[]', 'none', 1, 5, 6);
    insert into push (id, spool_name, repository_id, user_id, pushed_at, options, notes) values (4, 'p', 3, 2, 8, '[]', '[]');
    insert into event (id, push_id, repository_id, name, ref, data, facts, created_at)
      values (5, 4, 3, 'push', 'refs/heads/main', '{}', '{}', 0);
    insert into delivery (seq, id, webhook_id, event_id, event_ids, lane, state, last_error, created_at, updated_at) values
      (7, 'a', 1, 5, null, 'refs/heads/main', 'failed', 'why', 1, 2), (9, 'b', 1, 5, null, '', 'pending', null, 3, 4),
      (10, 'c', 2, 5, '[5]', 'refs/heads/main', 'pending', null, 1, 2), (11, 'd', 2, 5, '[5]', '', 'delivered', null, 1, 2);
    insert into attempt (delivery_seq, number, started_at, duration_ms, url, request_headers, response_truncated, verdict)
      values (7, 1, 0, 0, '', '[]', 0, 'ok');
    insert into robot values ('key', '{}');
    insert into merge_request (id, repository_id, number, author_id, target, topic, takes_pushes, state, title, body, draft,
      head, base, merge_status, additions, deletions, changed_files, commits, comments, patch_ids, updated_by, created_at,
      updated_at, version)
      values (6, 3, 1, 2, 'main', '', 0, 'merged', '', '', 0, 'a', 'b', 'unchecked', 0, 0, 0, 0, 0, '{}', 2, 1, 1, 0);
    insert into merge_request_comment (merge_request_id, user_id, body, created_at) values (6, 2, 'fine', 1);
    insert into thing (id, repository_id, kind, tracker, external_id, first_seen_at) values (8, 3, 'note', '', 'x', 3);
    insert into emission values (3, 'k', 5);`);
}

/** Every row of every table. */
export function allRows(db: Db): Record<string, unknown[]> {
  const tables = db
    .prepare(`select name from sqlite_schema where type = 'table' order by name`)
    .pluck()
    .all();
  return Object.fromEntries(tables.map(name => [name, db.prepare(`select * from "${name}"`).all()]));
}
