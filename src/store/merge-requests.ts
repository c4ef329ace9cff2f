/**
 * Merge requests and what is said about them. A number is given out in one transaction, so that two pushers at once never
 * get the same; what was computed from an older state of a request is not written.
 */
// long: one table, with each of its queries.
import type { EventContent } from '../gitee/event.ts';
import { isBelow } from '../model/full-name.ts';
import type { CommentRecord, MergeRequestRecord, TopicKey } from '../model/merge-request.ts';
import type { RequestChoice } from '../model/request-choice.ts';
import type { User } from '../model/user.ts';
import type { Subject } from '../model/webhook.ts';
import type { DeliveriesFor } from '../webhooks/deliveries-for.ts';
import { type Db, write } from './database.ts';
import { eventRecorder } from './events.ts';
import { ledgerReader } from './ledger.ts';
import { COLUMNS, mergeRequestWriter, type Row, toRecord } from './merge-request-rows.ts';

export interface MergeRequestFilter {
  repositoryId?: number | undefined;
  state?: string | undefined;
  limit: number;
}

export function mergeRequestStore(db: Db) {
  const writeRequest = mergeRequestWriter(db);
  const recordEvents = eventRecorder(db);
  const tipOf = ledgerReader(db);
  const one = (where: string) =>
    db.prepare<unknown[], Row>(`select ${COLUMNS} from merge_request where ${where}`);
  const byKey = one('repository_id = ? and author_id = ? and target = ? and topic = ? and takes_pushes = 1');
  const byNumber = one(`repository_id = ? and number = ?`);
  const openOn = one(
    `repository_id = ? and state = 'open' and target in (select value from json_each(?)) order by number`,
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
    /** What was chosen for a repository, else for the innermost root that holds it; null: nothing was. */
    async choice(repository: { id: number; path: string; directory: string }): Promise<RequestChoice | null> {
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

    /** For a root and everything below it: what was chosen there before is forgotten. */
    async chooseBelow(root: string, choice: RequestChoice): Promise<void> {
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

    async chooseFor(repositoryId: number, choice: RequestChoice | null): Promise<void> {
      write(db, () =>
        db.prepare('update repository set merge_requests = ? where id = ?').run(choice, repositoryId),
      );
    },

    /** Whether a repository has any, whatever became of them. */
    async any(repositoryId: number): Promise<boolean> {
      return (
        db.prepare('select 1 from merge_request where repository_id = ?').get(repositoryId) !== undefined
      );
    },

    /** The number of a topic's request, or the one that a new request would have. @param first as for `reserve` */
    async next(key: TopicKey, first: number): Promise<number> {
      return find(key)?.number ?? nextNumber(key.repositoryId, first);
    },

    /** The request that a push for this topic moves, or null. */
    async ofTopic(key: TopicKey): Promise<MergeRequestRecord | null> {
      return find(key);
    },

    /**
     * The request of a topic, with a number of its own when there was none.
     * @param first the lowest number that is free outside of belfry
     * @param only the number that it may have; null is given where it would be another one, and nothing is reserved
     */
    async reserve<Only extends number | null = null>(
      key: TopicKey,
      commits: { head: string; base: string },
      first: number,
      now: number,
      only: Only = null as Only,
    ): Promise<MergeRequestRecord | (Only extends null ? never : null)> {
      return write(db, () => {
        const known = find(key);
        const number = known?.number ?? nextNumber(key.repositoryId, first);
        if (only !== null && only !== number) return null as Only extends null ? never : null;
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

    /** A further push for its topic makes a new request: this one is merged, although that is not yet announced. */
    async release(id: number): Promise<void> {
      write(db, () => db.prepare('update merge_request set takes_pushes = 0 where id = ?').run(id));
    },

    /** Null: there is none of that number, or the push that makes it is not yet announced (unless `withNew`). */
    async get(repositoryId: number, number: number, withNew = false): Promise<MergeRequestRecord | null> {
      const row = byNumber.get(repositoryId, number);
      return row === undefined || (row.state === 'new' && !withNew) ? null : toRecord(row);
    },

    /** The open requests for any of these branches. */
    async openOn(repositoryId: number, targets: readonly string[]): Promise<MergeRequestRecord[]> {
      return openOn.all(repositoryId, JSON.stringify(targets)).map(toRecord);
    },

    /** Those that a push can still move, announced or not. */
    async taking(repositoryId: number): Promise<MergeRequestRecord[]> {
      return taking.all(repositoryId).map(toRecord);
    },

    /** Newest first. */
    async list({ repositoryId, state, limit }: MergeRequestFilter): Promise<MergeRequestRecord[]> {
      const where = `state <> 'new' and (@repositoryId is null or repository_id = @repositoryId)
        and (@state is null or state = @state) order by id desc limit @limit`;
      const filter = { repositoryId: repositoryId ?? null, state: state ?? null, limit };
      return one(where).all(filter).map(toRecord);
    },

    /** The tip of a branch as it was last announced; null when it was not. */
    async announcedTip(repositoryId: number, branch: string): Promise<string | null> {
      return tipOf(repositoryId, `refs/heads/${branch}`);
    },

    async person(id: number): Promise<User> {
      const emails = db.prepare('select email from user_email where user_id = ? order by position').pluck();
      const user = db.prepare('select id, login, name from user where id = ?').get(id) as Omit<
        User,
        'emails'
      >;
      return { ...user, emails: emails.all(id) as string[] };
    },

    async comments(id: number): Promise<CommentRecord[]> {
      const sql =
        'select id, user_id, body, created_at from merge_request_comment where merge_request_id = ? order by id';
      return db.prepare(sql).all(id) as CommentRecord[];
    },

    /**
     * What an admin does: the request's new state and what is announced of it, in one transaction.
     * @param comment text of a comment that comes with it; its id goes into the events
     * @throws BelfryError `conflict` when the request was changed meanwhile
     */
    async change(
      repository: Subject,
      request: MergeRequestRecord,
      eventsOf: (commentId: number) => EventContent[],
      deliveriesFor: DeliveriesFor,
      now: number,
      comment: { userId: number; body: string } | null = null,
    ): Promise<{ deliveries: number; webhookIds: number[]; commentId: number }> {
      return write(db, () => {
        writeRequest(request);
        const commentId =
          comment === null
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
