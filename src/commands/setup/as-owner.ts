/**
 * What setup does with the owner's files it does as the owner, also when root runs it: in a process of its own, which has
 * become that account for good before it looks at anything.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { BelfryError, type ErrorCode } from '../../errors.ts';
import type { Account } from '../../host/accounts.ts';
import { prepareHome } from '../../host/home.ts';
import { becomeUser } from '../../host/home-owner.ts';
import { countShellKeys } from '../../host/key-files.ts';
import { checkDirectory } from './check-directory.ts';
import { checkSchema } from './check-schema.ts';
import { emptyHome } from './purge-home.ts';
import { stopWorker } from './stop-worker.ts';

/** src/setup.ts */
const ENTRY = join(import.meta.dirname, '..', '..', 'setup.ts');

/** The first argument of a process that does one step. */
export const STEP = '--step';

interface Answer {
  given?: unknown;
  error?: { code: ErrorCode | null; message: string; hint?: string | undefined };
}

/** Does a step as that account. @throws BelfryError as the step does */
export async function asOwner<Name extends StepName>(
  account: Account,
  name: Name,
  ...args: Parameters<Step<Name>>
): Promise<Awaited<ReturnType<Step<Name>>>> {
  if (account.uid === process.geteuid!()) return run(name, args) as Awaited<ReturnType<Step<Name>>>;
  const said = await inChild([STEP, name, String(account.uid), String(account.gid)], JSON.stringify(args));
  const { given, error } = JSON.parse(said) as Answer;
  if (error === undefined) return given as Awaited<ReturnType<Step<Name>>>;
  if (error.code === null) throw new Error(error.message);
  throw new BelfryError(error.code, error.message, { hint: error.hint });
}

/** The other side: becomes the account, does the step, prints the answer. @param args what follows `--step` */
export async function answerStep([name, uid, gid]: string[], input: string): Promise<string> {
  await becomeUser(Number(uid), Number(gid));
  process.umask(0o077);
  const answer: Answer = await run(name as StepName, JSON.parse(input)).then(
    given => ({ given }),
    error => ({
      error: {
        code: error instanceof BelfryError ? error.code : null,
        message: error.message,
        hint: error.hint,
      },
    }),
  );
  return JSON.stringify(answer);
}

async function run(name: StepName, args: unknown[]): Promise<unknown> {
  return (STEPS[name] as (...args: unknown[]) => unknown)(...args);
}

function inChild(args: string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, ...args], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      said += chunk;
    });
    child.on('error', reject);
    child.on('close', status =>
      status === 0 ? resolve(said) : reject(new Error(`a step of setup ended with status ${status}`)),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Arguments and answers go through JSON. */
const STEPS = {
  prepareHome,
  checkDirectory,
  checkSchema,
  countShellKeys,
  emptyHome,
  stopWorker,
} as const;

type StepName = keyof typeof STEPS;
type Step<Name extends StepName> = (typeof STEPS)[Name];
