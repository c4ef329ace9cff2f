/** What every command is given: where things live, the store, and how to speak to a person or a program. */
import { isUtf8 } from 'node:buffer';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import { prepareHome, requireHome, requireSpool } from '../host/home.ts';
import type { Settings } from '../settings/settings.ts';
import type { Spool } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { coloured, forTerminal, printable, printableJson, shellWord } from '../text/printable.ts';
import { type TableShape, tableRows } from '../text/table.ts';
import { wrap } from '../text/wrap.ts';
import { chooseFields } from './json-fields.ts';
import { inStateColour } from './state-colour.ts';

export interface CommandContext {
  /** Absolute paths of the home and of the installed program. */
  home: string;
  app: string;
  /** `belfry`, with the home when it was named here: so advice can be copied as it stands. */
  own: string;
  now: () => number;
  /** Columns of the terminal; 100 where there is none. */
  width: number;
  colour: boolean;
  /** Standard output is one. */
  terminal: boolean;
  store(): Promise<Store>;
  settings(): Promise<Settings>;
  spool(): Promise<Spool>;
  print(text: string): void;
  /** Rows as a table, or `empty` when there are none. */
  table(header: string[], rows: string[][], empty: string, options?: TableOptions): void;
  /** On a terminal; elsewhere the text as it is. */
  red(text: string): string;
  /** A state of something, in its colour. */
  state(text: string): string;
  /** Of a document what somebody wants to see of it. @throws BelfryError `usage` */
  chosen(value: unknown): unknown;
  /** Prints one document, as far as it was chosen. Gives the exit status. */
  json(value: unknown, status?: number): number;
  stderr(text: string): void;
  /** The whole standard input; the same text when it is asked for again. */
  stdin(): Promise<string>;
  /** Standard input as bytes; null when it holds more than `most`. */
  stdinBytes(most: number): Promise<Buffer | null>;
  /** Standard input as it comes, and bytes to standard output. */
  input(): AsyncIterable<Buffer>;
  write(bytes: Buffer): Promise<void>;
  env: Record<string, string | undefined>;
  /**
   * After a change: the running worker is woken, or one is started when something is pending. What was changed stands by
   * then: what goes wrong here is a note, and no error.
   */
  wakeWorker(): Promise<void>;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: yargs' types cannot follow options over a lazy import; zod checks what matters
export type Args = Record<string, any>;

/** A secret, a URL or a comment. */
const MOST_TYPED = 1024 * 1024;

export interface TableOptions extends Pick<TableShape, 'whole' | 'keep'> {
  /** Which rows are red, on a terminal. */
  red?: (row: number) => boolean;
  /** What stands below a row: it does not fit into a column. */
  note?: (row: number) => string | null;
}

/** One command: a file whose exports these are, or one of several commands that a file exports. */
export interface CommandModule {
  examples?: [command: string, what: string][];
  options?(yargs: Argv): Argv;
  /** Makes the home when there is none, and brings its database up to date. Every other command refuses. */
  makesHome?: boolean;
  /** Run before root becomes the owner of the home: what only root can do. */
  asRoot?(argv: Args, home: string): Promise<void>;
  /** Gives the exit status; by default 0. */
  run(argv: Args, context: CommandContext): Promise<number | undefined>;
}

/** `named`: the home was, on the command line; `fields` of JSON, null: all. */
type ContextOptions = Pick<CommandModule, 'makesHome'> & { named?: boolean; fields?: string[] | null };

export function createContext(
  home: string,
  process: NodeJS.Process,
  { makesHome = false, named = false, fields = null }: ContextOptions = {},
): CommandContext {
  const enter = () => (makesHome ? prepareHome(home) : requireHome(home));
  let store: Store | undefined;
  let typed: string | undefined;
  const app = join(import.meta.dirname, '../..');
  const context: CommandContext = {
    home,
    app,
    own: named ? `belfry --home ${shellWord(home)}` : 'belfry',
    now: Date.now,
    width: process.stdout.columns ?? 100,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    terminal: process.stdout.isTTY === true,
    env: process.env,

    async store() {
      if (store !== undefined) return store;
      const { openStore } = await import('../store/sqlite.ts');
      await enter();
      const opening = makesHome ? 'make' : 'use';
      store = openStore({ home, migrations: join(app, 'migrations'), opening });
      return store;
    },

    async settings() {
      const { resolveSettings } = await import('../settings/settings.ts');
      return resolveSettings(await (await context.store()).settings.all(), hostname());
    },

    async spool() {
      const { openSpool } = await import('../spool/spool.ts');
      await enter();
      await requireSpool(home);
      return openSpool(join(home, 'spool'));
    },

    print: text => void process.stdout.write(`${forTerminal(text)}\n`),
    table(header, rows, empty, { red = () => false, note = () => null, ...shape } = {}) {
      if (rows.length === 0) return context.print(empty);
      const paint = (text: string, title: string, row: number) =>
        title === 'STATE' && !red(row) ? context.state(text) : text;
      const [titles, ...lines] = tableRows(header, rows, context.width, { ...shape, paint });
      context.print(titles!);
      for (const [row, line] of lines.entries()) {
        context.print(red(row) ? context.red(line) : line);
        const below = note(row);
        if (below !== null) context.print(wrap(printable(below), context.width, '    '));
      }
    },
    red: text => (context.colour ? coloured(text, 'red') : text),
    state: text => (context.colour ? inStateColour(text) : text),
    chosen: value => (fields === null ? value : chooseFields(value, fields)),
    json(value, status = 0) {
      context.print(printableJson(context.chosen(value)));
      return status;
    },
    stderr: text => void process.stderr.write(`${forTerminal(text)}\n`),

    async stdin() {
      if (typed !== undefined) return typed;
      const bytes = await context.stdinBytes(MOST_TYPED);
      if (bytes === null)
        throw new BelfryError('invalid', `Standard input: wanted at most ${MOST_TYPED} bytes, got more`);
      if (!isUtf8(bytes)) throw new BelfryError('invalid', 'Standard input: wanted UTF-8, got other bytes');
      typed = bytes.toString('utf8').replace(/^\ufeff/, '');
      return typed;
    },

    async stdinBytes(most) {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of process.stdin) {
        length += chunk.length;
        if (length > most) return null;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },

    input: () => process.stdin,
    write: bytes =>
      new Promise((resolve, reject) => {
        process.stdout.write(bytes, error => (error ? reject(error) : resolve()));
      }),

    async wakeWorker() {
      try {
        const { isShared } = await import('../host/share-home.ts');
        const { livingWorker, startWorker } = await import('../host/worker-process.ts');
        const spool = await context.spool();
        // A worker that sleeps and was not woken notices the change by itself, within a minute.
        if ((await livingWorker(home)) !== null) return await spool.nudge();
        const isPending =
          (await (await context.store()).queue.hasPending()) || (await spool.waiting()).length > 0;
        // Who shares the repositories cannot start it: there it is to be there always.
        if (isPending || (await isShared(home))) await startWorker(home, { node: process.execPath, app });
      } catch (error) {
        context.stderr(`note: cannot wake the worker: ${(error as Error).message}`);
      }
    },

    close: () => store?.close(),
  };
  return context;
}
