/** People by login and e-mail address. A login seen for the first time becomes a user. */

import { BelfryError } from '../errors.ts';
import type { User } from '../model/user.ts';
import { type Db, write } from './database.ts';
import type { UserStore } from './store.ts';

export function userStore(db: Db): UserStore {
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
    async ensure(login, seen, now) {
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

    async ensureByEmail(email, name, now) {
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

    async byEmails(emails) {
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

    async list() {
      const rows = db.prepare('select id, login, name from user order by login').all() as Omit<
        User,
        'emails'
      >[];
      return rows.map(row => withEmails(row)!);
    },

    async add(user, now) {
      return write(db, () => {
        const sql = 'insert or ignore into user (login, name, created_at) values (?, ?, ?)';
        const { changes, lastInsertRowid } = db.prepare(sql).run(user.login, user.name, now);
        if (changes === 0) throw new BelfryError('conflict', `there is a user ${user.login} already`);
        setEmails(Number(lastInsertRowid), user.emails);
        return withEmails(byLogin.get(user.login))!;
      });
    },

    async edit(login, change) {
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
