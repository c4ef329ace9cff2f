/** People by login and e-mail address. A login seen for the first time becomes a user. */

import { BelfryError } from '../errors.ts';
import type { User } from '../model/user.ts';
import { type Db, write } from './database.ts';
import type { UserStore } from './store.ts';

/** What is written of users is part of a transaction of the caller. */
export function userWriter(db: Db) {
  const emailsOf = db.prepare('select email from user_email where user_id = ? order by position').pluck();
  const one = <Key>(where: string) =>
    db.prepare<[Key], Omit<User, 'emails'>>(`select id, login, name from user where ${where}`);
  const byLogin = one<string>('login = ?');
  const byId = one<number>('id = ?');
  const insert = db.prepare('insert or ignore into user (login, name, created_at) values (?, ?, ?)');
  const byEmail = one<string>('id = (select user_id from user_email where email = +?)');
  const withEmails = (row: Omit<User, 'emails'> | undefined): User | null =>
    row === undefined ? null : { ...row, emails: emailsOf.all(row.id) as string[] };

  /** Number of a new user; null when the login is taken. */
  function add(login: string, name: string, now: number): number | null {
    const { changes, lastInsertRowid } = insert.run(login, name, now);
    return changes === 0 ? null : Number(lastInsertRowid);
  }

  function setEmails(userId: number, emails: string[]): void {
    db.prepare('delete from user_email where user_id = ?').run(userId);
    const insertEmail = db.prepare(
      'insert into user_email (email, user_id, position) values (?, ?, ?) on conflict (email) do nothing',
    );
    emails.forEach((email, position) => {
      if (insertEmail.run(email, userId, position).changes > 0) return;
      const holder = byEmail.get(email)!;
      // Named twice, perhaps in another case.
      if (holder.id === userId) return;
      throw new BelfryError('conflict', `E-mail address ${email} already belongs to user ${holder.login}`);
    });
  }

  return { add, setEmails, byLogin, byId, byEmail, withEmails };
}

export function userStore(db: Db): UserStore {
  const { add, setEmails, byLogin, byId, byEmail, withEmails } = userWriter(db);

  return {
    async ensure(login, seen, now) {
      const known = withEmails(byLogin.get(login));
      if (known !== null) return known;
      return write(db, () => {
        const id = add(login, seen.name ?? login, now);
        if (id !== null && seen.email !== undefined) {
          const sql = 'insert or ignore into user_email (email, user_id, position) values (?, ?, 0)';
          db.prepare(sql).run(seen.email, id);
        }
        return withEmails(byLogin.get(login))!;
      });
    },

    async ensureByEmail(email, name, now) {
      return write(db, () => {
        let login = byEmail.get(email)?.login;
        if (login === undefined) {
          const local = email.split('@')[0]!;
          login = byLogin.get(local) === undefined ? local : email;
          const id = add(login, name ?? local, now);
          if (id !== null) setEmails(id, [email]);
        }
        return withEmails(byLogin.get(login))!;
      });
    },

    async byId(id) {
      return withEmails(byId.get(id))!;
    },

    async byEmails(emails) {
      const found = new Map<string, User>();
      for (const email of new Set(emails)) {
        const user = withEmails(byEmail.get(email));
        if (user !== null) found.set(email, user);
      }
      return found;
    },

    async list() {
      const rows = db
        .prepare<[], Omit<User, 'emails'>>('select id, login, name from user order by login')
        .all();
      return rows.map(row => withEmails(row)!);
    },

    async add(user, now) {
      return write(db, () => {
        const id = add(user.login, user.name, now);
        if (id === null) throw new BelfryError('conflict', `User ${user.login} already exists`);
        setEmails(id, user.emails);
        return withEmails(byLogin.get(user.login))!;
      });
    },

    async edit(login, change) {
      return write(db, () => {
        const user = byLogin.get(login);
        if (user === undefined) throw new BelfryError('not-found', `Unknown user ${login}`);
        if (change.name !== undefined)
          db.prepare('update user set name = ? where id = ?').run(change.name, user.id);
        if (change.emails !== undefined) setEmails(user.id, change.emails);
        return withEmails(byLogin.get(login))!;
      });
    },
  };
}
