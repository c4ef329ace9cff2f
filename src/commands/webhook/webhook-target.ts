/** The options of the kinds `custom` and `jenkins`: what is sent, and what counts as an answer. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { readJsonRule, readStatuses } from '../../custom/success-rule.ts';
import { LARGEST_TEMPLATE } from '../../custom/template.ts';
import { BelfryError } from '../../errors.ts';
import { type CustomTarget, METHODS, PAYLOADS, PLAIN_CUSTOM } from '../../model/custom-target.ts';
import { CLONE_URLS, type JenkinsOptions, NOTIFY } from '../../model/jenkins-options.ts';
import type { KindName } from '../../model/names.ts';
import type { WebhookInput } from '../../model/webhook.ts';
import { text } from '../arguments.ts';
import type { Args } from '../context.ts';

const CUSTOM_OPTIONS = [
  'method',
  'payload',
  'template',
  'templateFile',
  'success',
  'successJson',
  'successContains',
];
const JENKINS_OPTIONS = ['notify', 'clone'];

export function targetOptions(yargs: Argv): Argv {
  return yargs
    .option('method', { choices: METHODS, describe: 'Of a custom target; default: POST' })
    .option('payload', { choices: PAYLOADS, describe: 'Whose words a custom target is sent; default: gitee' })
    .option('template', text("JSON with {{path}} that a custom target is sent; '': the payload as it is"))
    .option('template-file', text('The same from a file'))
    .option('success', text("Statuses that a custom target answers with, e.g. 200,201,202; '': any 2xx"))
    .option(
      'success-json',
      text("What its answer says: JSON pointer=value, e.g. /status=success; '': nothing"),
    )
    .option('success-contains', text("A text in its answer; '': none"))
    .option('notify', { choices: NOTIFY, describe: 'What Jenkins is asked to do; default: poll' })
    .option('clone', { choices: CLONE_URLS, describe: 'Which clone URL the jobs of Jenkins have' });
}

/** @throws BelfryError `usage` for options of another kind */
export function checkTargetOptions(argv: Args, kind: KindName): void {
  for (const [names, own] of [
    [CUSTOM_OPTIONS, 'custom'],
    [JENKINS_OPTIONS, 'jenkins'],
  ] as const) {
    const given = names.find(name => argv[name] !== undefined);
    if (given !== undefined && kind !== own)
      throw new BelfryError('usage', `${dashed(given)} goes with --kind ${own} only, got ${kind}`);
  }
}

/** What the options say of a custom target, on top of what stands. @throws BelfryError `invalid` */
export async function readCustom(argv: Args, base: CustomTarget | null): Promise<CustomTarget> {
  const { method, payload, success, successJson, successContains } = argv;
  const before = base ?? PLAIN_CUSTOM;
  const template = await readTemplate(argv);
  return {
    method: method ?? before.method,
    payload: payload ?? before.payload,
    template: template === undefined ? before.template : template || null,
    success: {
      statuses: read('--success', success, before.success.statuses, readStatuses),
      json: read('--success-json', successJson, before.success.json, readJsonRule),
      contains: successContains === undefined ? before.success.contains : successContains || null,
    },
  };
}

/** @param ssh whether the server's SSH clone URLs were set: then the jobs most likely have those */
export function readJenkins(argv: Args, base: JenkinsOptions | null, ssh: boolean): JenkinsOptions {
  const before = base ?? { notify: 'poll', clone: ssh ? 'ssh' : 'http' };
  return { notify: argv.notify ?? before.notify, clone: argv.clone ?? before.clone };
}

/** A text takes the old value's place, an empty one takes it away. */
function read<T extends object>(
  option: string,
  given: string | undefined,
  before: T | null,
  reader: (text: string) => T | string,
): T | null {
  if (given === undefined) return before;
  if (given === '') return null;
  const value = reader(given);
  if (typeof value === 'string') throw new BelfryError('invalid', `${option}: wanted ${value}`);
  return value;
}

async function readTemplate(argv: Args): Promise<string | undefined> {
  if (argv.templateFile === undefined) return argv.template;
  if (argv.template !== undefined)
    throw new BelfryError('usage', 'Give only one of --template and --template-file.');
  const path = resolve(argv.templateFile);
  const bytes = await readFile(path).catch(cause => {
    throw new BelfryError('invalid', `--template-file ${argv.templateFile}: cannot be read (${cause.code})`, {
      cause,
    });
  });
  if (bytes.length > LARGEST_TEMPLATE)
    throw new BelfryError(
      'invalid',
      `--template-file ${argv.templateFile}: wanted at most ${LARGEST_TEMPLATE} bytes, got ${bytes.length}`,
    );
  return bytes.toString('utf8');
}

function dashed(key: string): string {
  return `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}

/** @throws BelfryError `invalid` for a path that leads nowhere */
export async function checkTemplate({ custom, events }: WebhookInput): Promise<void> {
  if (custom === null || custom.template === null) return;
  const { templateProblems } = await import('../../custom/check-template.ts');
  const problems = await templateProblems(custom.template, custom.payload, events);
  if (problems.length === 0) return;
  throw new BelfryError('invalid', problems.map(problem => `--template: ${problem}`).join('; '), {
    hint: '`belfry webhook test ID --print` shows what a webhook sends: without --template all that there is.',
  });
}
