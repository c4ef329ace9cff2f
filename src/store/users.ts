/** People by login and e-mail address. A login seen for the first time becomes a user. */
import { BelfryError } from '../errors.ts';
import type { User } from '../model/user.ts';
import { type Db, write } from './database.ts';

export function userStore(db: Db) {
  const emailsOf = db.prepare('select email from user_email where user_id = ? order by position').pluck();
  const byLogin = db.prepare<[string], Omit<User, 'emails'>>(
    'select id, login, name from user where login = ?',
  );
  const holderOf = db.prepare<[string], { id: number; login: string }>(
    'select user.id, login from user join user_email on user_id = user.id where email = +?',
  );
  const withEmails = (row: Omit<User, 'emails'> | undefined): User | null =>
    row === undefined ? null : { ...row, emails: emailsOf.all(row.id) as string[] };

  function setEmails(userId: number, emails: string[]): void {
    db.prepare('delete from user_email where user_id = ?').run(userId);
    const insert = db.prepare(
      'insert into user_email (email, user_id, position) values (?, ?, ?) on conflict (email) do nothing',
    );
    emails.forEach((email, position) => {
      if (insert.run(email, userId, position).changes > 0) return;
      const holder = holderOf.get(email)!;
      // Named twice, perhaps in another case.
      if (holder.id === userId) return;
      throw new BelfryError('conflict', `e-mail address ${email} belongs to user ${holder.login} already`);
    });
  }

  return {
    /** The user of a login; made when it is new. An address that nobody has yet becomes the user's own. */
    async ensure(login: string, seen: { name?: string; email?: string }, now: number): Promise<User> {
      const known = withEmails(byLogin.get(login));
      if (known !== null) return known;
      return write(db, () => {
        const sql = 'insert or ignore into user (login, name, created_at) values (?, ?, ?)';
        const { changes, lastInsertRowid } = db.prepare(sql).run(login, seen.name ?? login, now);
        if (changes > 0 && seen.email !== undefined) {
          db.prepare('insert or ignore into user_email (email, user_id, position) values (?, ?, 0)').run(
            seen.email,
            lastInsertRowid,
          );
        }
        return withEmails(byLogin.get(login))!;
      });
    },

    /** The user of an address. A new one is named for its local part, or for all of it where that login is taken. */
    async ensureByEmail(email: string, name: string | undefined, now: number): Promise<User> {
      return write(db, () => {
        const holder = db.prepare<[string], string>(
          'select login from user_email join user on user.id = user_id where email = +?',
        );
        let login = holder.pluck().get(email);
        if (login === undefined) {
          const local = email.split('@')[0]!;
          login = byLogin.get(local) === undefined ? local : email;
          const sql = 'insert or ignore into user (login, name, created_at) values (?, ?, ?)';
          const { changes, lastInsertRowid } = db.prepare(sql).run(login, name ?? local, now);
          if (changes > 0) setEmails(Number(lastInsertRowid), [email]);
        }
        return withEmails(byLogin.get(login))!;
      });
    },

    async byEmails(emails: Iterable<string>): Promise<Map<string, User>> {
      const find = db.prepare<[string], Omit<User, 'emails'>>(
        'select id, login, name from user_email join user on user.id = user_id where email = +?',
      );
      const found = new Map<string, User>();
      for (const email of new Set(emails)) {
        const user = withEmails(find.get(email));
        if (user !== null) found.set(email, user);
      }
      return found;
    },

    async list(): Promise<User[]> {
      const rows = db.prepare('select id, login, name from user order by login').all() as Omit<
        User,
        'emails'
      >[];
      return rows.map(row => withEmails(row)!);
    },

    /** @throws BelfryError `conflict` when the login, or an address, is taken */
    async add(user: { login: string; name: string; emails: string[] }, now: number): Promise<User> {
      return write(db, () => {
        const sql = 'insert or ignore into user (login, name, created_at) values (?, ?, ?)';
        const { changes, lastInsertRowid } = db.prepare(sql).run(user.login, user.name, now);
        if (changes === 0) throw new BelfryError('conflict', `there is a user ${user.login} already`);
        setEmails(Number(lastInsertRowid), user.emails);
        return withEmails(byLogin.get(user.login))!;
      });
    },

    /** Changes what is given. @throws BelfryError `not-found`, `conflict` */
    async edit(login: string, change: { name?: string; emails?: string[] }): Promise<User> {
      return write(db, () => {
        const user = byLogin.get(login);
        if (user === undefined) throw new BelfryError('not-found', `there is no user ${login}`);
        if (change.name !== undefined)
          db.prepare('update user set name = ? where id = ?').run(change.name, user.id);
        if (change.emails !== undefined) setEmails(user.id, change.emails);
        return withEmails(byLogin.get(login))!;
      });
    },
  };
}
