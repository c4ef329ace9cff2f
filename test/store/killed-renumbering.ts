/** A process of its own that is killed when it has written the first of the two numbers of a renumbering, and not the second. */
import process from 'node:process';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';

const [file = '', migrations = ''] = process.argv.slice(2);
const db = openDatabase(file, 1_000, true);
const deadly = new Proxy(db, {
  get(target, name) {
    if (name !== 'pragma') {
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    }
    return (source: string, options?: { simple: boolean }) => {
      if (!/^user_version = /.test(source)) return target.pragma(source, options);
      process.stdout.write(target.pragma('application_id', { simple: true }) === 0 ? 'nothing\n' : 'half\n');
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    };
  },
}) as Db;
migrate(deadly, migrations);
