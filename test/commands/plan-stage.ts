/** A home, a root with real repositories, and files for `belfry plan` and `apply`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import { environment } from '../support/environment.ts';
import { type Line, line, type RunOptions, type Said } from './stage.ts';

export interface PlanStage extends Line {
  dir: string;
  /** A directory of bare repositories. */
  root: string;
  /** Makes a bare repository below it. */
  repository(name: string): string;
  /** Of a file with this text. */
  plan(text: string, args?: string[], options?: RunOptions): Promise<Said>;
  apply(text: string, args?: string[], options?: RunOptions): Promise<Said>;
  /** What was said so far, by all commands. */
  said(): string;
}

export async function planStage(t: Test): Promise<PlanStage> {
  const cli = await line(t);
  const dir = dirname(cli.home);
  const root = join(dir, 'git');
  mkdirSync(root);
  const outputs: string[] = [];
  const run: Line['run'] = async (args, options) => {
    const said = await cli.run(args, options);
    outputs.push(said.stdout, said.stderr);
    return said;
  };
  let files = 0;
  const command =
    (name: string) =>
    (text: string, args: string[] = [], options?: RunOptions) => {
      const file = join(dir, `${++files}.yaml`);
      writeFileSync(file, text);
      return run([name, file, ...args], options);
    };
  return {
    ...cli,
    run,
    dir,
    root,
    repository(name) {
      const path = join(root, `${name}.git`);
      execFileSync('git', ['init', '--quiet', '--bare', path], { env: environment(dir) });
      return path;
    },
    plan: command('plan'),
    apply: command('apply'),
    said: () => outputs.join('\n'),
  };
}

/** Line, column, path and the rest of each mistake. */
export function mistakesIn({ stderr }: Said): [at: string, path: string, said: string][] {
  return [...stderr.matchAll(/^\S*?:(\d+:\d+):(?: (\S*):)? (wanted .*)$/gm)].map(
    ([, at, path = '', said]) => [at!, path, said!],
  );
}
