/**
 * Merge requests and what is said about them. A number is given out in one transaction, so that two pushers at once never
 * get the same; what was computed from an older state of a request is not written.
 */
// long: one table, with each of its queries.

import { isBelow } from '../model/full-name.ts';
import type { CommentRecord, TopicKey } from '../model/merge-request.ts';
import type { RequestChoice } from '../model/request-choice.ts';
import { type Db, write } from './database.ts';
import { eventRecorder } from './events.ts';
import { ledgerReader } from './ledger.ts';
import { COLUMNS, mergeRequestWriter, type Row, toRecord } from './merge-request-rows.ts';
import type { MergeRequestStore } from './store.ts';

export function mergeRequestStore(db: Db): MergeRequestStore {
  const writeRequest = mergeRequestWriter(db);
  const recordEvents = eventRecorder(db);
  const tipOf = ledgerReader(db);
  const one = (where: string) =>
    db.prepare<unknown[], Row>(`select ${COLUMNS} from merge_request where ${where}`);
  const byKey = one('repository_id = ? and author_id = ? and target = ? and topic = ? and takes_pushes = 1');
  const byNumber = one(`repository_id = ? and number = ?`);
  const openOn = one(
    `repository_id = +? and state = 'open' and target in (select value from json_each(?)) order by number`,
  );
  const taking = one(`repository_id = ? and state in ('new', 'open') order by number`);

  const find = ({ repositoryId, authorId, target, topic }: TopicKey) => {
    const row = byKey.get(repositoryId, authorId, target, topic);
    return row === undefined ? null : toRecord(row);
  };

  const nextNumber = (repositoryId: number, first: number) =>
    db
      .prepare<unknown[], number>(
        'select max(?, coalesce(max(number), 0) + 1) from merge_request where repository_id = ?',
      )
      .pluck()
      .get(first, repositoryId)!;

  return {
    async choice(repository) {
      const { id, path, directory } = repository;
      const own = db.prepare('select merge_requests from repository where id = ?').pluck().get(id);
      if (own != null) return own as RequestChoice;
      const roots = db
        .prepare<[], { path: string; merge_requests: RequestChoice }>(
          'select path, merge_requests from root where merge_requests is not null order by length(path) desc',
        )
        .all();
      const holds = (root: string) => isBelow(path, root) || isBelow(directory, root);
      return roots.find(root => holds(root.path))?.merge_requests ?? null;
    },

    async chooseBelow(root, choice) {
      const below = (column: string) => `substr(${column}, 1, length(@start)) = @start`;
      const values = { root, choice, start: root === '/' ? '/' : `${root}/` };
      write(db, () => {
        db.prepare(`update root set merge_requests = null where ${below('path')}`).run(values);
        db.prepare(
          `update repository set merge_requests = null where ${below('path')} or ${below('directory')}`,
        ).run(values);
        db.prepare('update root set merge_requests = @choice where path = @root').run(values);
      });
    },

    async chooseFor(repositoryId, choice) {
      db.prepare('update repository set merge_requests = ? where id = ?').run(choice, repositoryId);
    },

    async any(repositoryId) {
      return (
        db.prepare('select 1 from merge_request where repository_id = ?').get(repositoryId) !== undefined
      );
    },

    async next(key, first) {
      return find(key)?.number ?? nextNumber(key.repositoryId, first);
    },

    async ofTopic(key) {
      return find(key);
    },

    async reserve(key, commits, first, now, only = null) {
      return write(db, () => {
        const known = find(key);
        const number = known?.number ?? nextNumber(key.repositoryId, first);
        if (only !== null && only !== number) return null;
        if (known !== null) return known;
        db.prepare(
          `insert into merge_request (repository_id, number, author_id, target, topic, takes_pushes, state, title, body,
             draft, head, base, merge_status, additions, deletions, changed_files, commits, comments, patch_ids,
             updated_by, created_at, updated_at, version)
           values (@repositoryId, @number, @authorId, @target, @topic, 1, 'new', '', '', 0, @head, @base, 'unchecked',
             0, 0, 0, 0, 0, '{"whole":null,"commits":[]}', @authorId, @now, @now, 0)`,
        ).run({ ...key, ...commits, number, now });
        return find(key)!;
      });
    },

    async release(id) {
      db.prepare('update merge_request set takes_pushes = 0 where id = ?').run(id);
    },

    async get(repositoryId, number, withNew = false) {
      const row = byNumber.get(repositoryId, number);
      return row === undefined || (row.state === 'new' && !withNew) ? null : toRecord(row);
    },

    async openOn(repositoryId, targets) {
      return openOn.all(repositoryId, JSON.stringify(targets)).map(toRecord);
    },

    async taking(repositoryId) {
      return taking.all(repositoryId).map(toRecord);
    },

    async list({ repositoryId, state, limit }) {
      const where = `state <> 'new' and (@repositoryId is null or repository_id = @repositoryId)
        and (@state is null or state = @state) order by id desc limit @limit`;
      const filter = { repositoryId: repositoryId ?? null, state: state ?? null, limit };
      return one(where).all(filter).map(toRecord);
    },

    async reportedTip(repositoryId, branch) {
      return tipOf(repositoryId, `refs/heads/${branch}`);
    },

    async comments(id) {
      const sql =
        'select id, user_id, body, created_at from merge_request_comment where merge_request_id = ? order by id';
      return db.prepare(sql).all(id) as CommentRecord[];
    },

    async change(repository, request, eventsOf, deliveriesFor, now, comment) {
      return write(db, () => {
        writeRequest(request);
        const commentId =
          comment === undefined
            ? 0
            : Number(
                db
                  .prepare(
                    'insert into merge_request_comment (merge_request_id, user_id, body, created_at) values (?, ?, ?, ?)',
                  )
                  .run(request.id, comment.userId, comment.body, now).lastInsertRowid,
              );
        return { ...recordEvents(repository, null, eventsOf(commentId), deliveriesFor, now), commentId };
      });
    },
  };
}
