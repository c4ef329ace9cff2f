/** Listens in on better-sqlite3: which statements are prepared and which are run. Everything still happens. */
import Database from 'better-sqlite3';

export interface SqlSpy {
  /** Source texts, one for each call of `prepare`. */
  prepared: string[];
  /** Source texts, one for each execution; `begin` and `commit` are among them. */
  ran: string[];
  reset(): void;
  stop(): void;
}

type AnyMethod = (this: { source?: string }, ...args: unknown[]) => unknown;
type Methods = Record<string, AnyMethod>;

export function spySql(): SqlSpy {
  const probe = new Database(':memory:');
  const statements = Object.getPrototypeOf(probe.prepare('select 1')) as Methods;
  const databases = Object.getPrototypeOf(probe) as Methods;
  probe.close();
  const spy: SqlSpy = {
    prepared: [],
    ran: [],
    reset() {
      spy.prepared.length = 0;
      spy.ran.length = 0;
    },
    stop: () => undo.forEach(one => void one()),
  };
  const listen = (methods: Methods, name: string, heard: (source: string) => void) => {
    const real = methods[name]!;
    methods[name] = function (...args) {
      heard(
        String(this.source ?? args[0])
          .replace(/\s+/g, ' ')
          .trim(),
      );
      return real.apply(this, args);
    };
    return () => {
      methods[name] = real;
    };
  };
  const undo = [
    listen(databases, 'prepare', source => spy.prepared.push(source)),
    ...['run', 'get', 'all'].map(name => listen(statements, name, source => spy.ran.push(source))),
  ];
  return spy;
}
