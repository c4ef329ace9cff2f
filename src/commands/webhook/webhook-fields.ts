/**
 * What an admin sets of a webhook: as options of `webhook add` and `edit`, and as lines of `webhook show`. What is given is checked
 * elsewhere: commands that only show do without the schemas.
 */
import type { Options } from 'yargs';
import { EVENT_NAMES, KIND_ALIASES, KIND_NAMES, LANGUAGES } from '../../model/names.ts';
import { hmacHeaderText, parseHmacHeader } from '../../model/own-header.ts';
import type { WebhookSettings } from '../../model/webhook.ts';
import { type FilterName, readGlobs } from '../../webhooks/filters.ts';
import { text } from '../arguments.ts';
import type { ShownWebhook } from './webhook-json.ts';

interface Field {
  name: keyof WebhookSettings;
  /** Of the command line. */
  option: string;
  help: Options;
  /** What the option says, where it is no more than that. */
  // biome-ignore lint/suspicious/noExplicitAny: yargs gives what the option's type says
  read?: (given: any) => unknown;
  /** What `webhook show` calls it; default: its name. */
  label?: string;
  /** What `webhook show` says of it. */
  show?: (webhook: ShownWebhook) => string;
}

/** An empty text takes the filter away. */
function globsOf(filter: FilterName) {
  return (given: string[]) => given.filter(Boolean).flatMap(list => readGlobs(filter, list));
}

/** In the order in which they are shown; an empty text is not. */
export const FIELDS: Field[] = [
  {
    name: 'kind',
    option: 'kind',
    help: {
      choices: [...KIND_NAMES, ...Object.keys(KIND_ALIASES)],
      describe: "Format of the target; default: by the URL's host, else gitee",
    },
    read: given => KIND_ALIASES[given] ?? given,
    show: ({ kind }) => kind,
  },
  {
    name: 'events',
    option: 'events',
    help: text(
      `Comma-separated list of ${EVENT_NAMES.join(', ')}, for github and gitea also create, delete; default: push, for forges push,tag_push`,
    ),
    read: given =>
      String(given)
        .split(/[\s,]+/)
        .filter(Boolean),
    show: ({ events }) => events.join(', '),
  },
  {
    name: 'branches',
    option: 'branch',
    help: {
      type: 'string',
      array: true,
      describe: 'Only these branches (globs, repeated or separated by commas; !GLOB excludes)',
    },
    read: globsOf('branches'),
    show: ({ branches }) => branches.join(' ') || 'all',
  },
  {
    name: 'tags',
    option: 'tag',
    help: { type: 'string', array: true, describe: 'Only these tags (globs, as above)' },
    read: globsOf('tags'),
    show: ({ tags }) => tags.join(' '),
  },
  {
    name: 'paths',
    option: 'path',
    help: {
      type: 'string',
      array: true,
      describe: 'Only pushes and merge requests that touch such a file (globs, as above)',
    },
    read: globsOf('paths'),
    show: ({ paths }) => paths.join(' '),
  },
  {
    name: 'pushers',
    option: 'pusher',
    help: { type: 'string', array: true, describe: 'Only what these logins pushed (globs, as above)' },
    read: globsOf('pushers'),
    show: ({ pushers }) => pushers.join(' '),
  },
  {
    name: 'skip_ci',
    option: 'skip-ci',
    help: {
      type: 'boolean',
      describe: 'Not what says [skip ci], [ci skip] or [no ci] at its tip, or is pushed with -o ci.skip',
    },
    label: 'skip ci',
    show: webhook => (webhook.skip_ci ? 'not sent' : ''),
  },
  {
    name: 'latest_only',
    option: 'latest-only',
    help: {
      type: 'number',
      describe: 'Wait until a ref has been quiet for so many SECONDS, and send its newest state; 0: no',
    },
    read: given => given || null,
    label: 'newest',
    show: webhook => (webhook.latest_only === null ? '' : `after ${webhook.latest_only} s without a push`),
  },
  {
    name: 'auth',
    option: 'auth',
    help: {
      choices: ['signature', 'password', 'none'],
      describe: 'How receivers (not chats) recognise genuine deliveries',
    },
    show: ({ auth }) => auth,
  },
  { name: 'name', option: 'name', help: text('A name of its own, for people and for `belfry apply`') },
  { name: 'language', option: 'lang', help: { choices: LANGUAGES, describe: 'Language of chat messages' } },
  {
    name: 'keyword',
    option: 'keyword',
    help: text('Word that the chat robot requires in each message'),
    read: given => given || null,
  },
  {
    name: 'timeout_ms',
    option: 'timeout',
    help: { type: 'number', describe: 'Seconds until an answer must be complete' },
    read: given => Math.round(given * 1_000),
  },
  {
    name: 'clone_http',
    option: 'clone-http',
    help: text('For forges: what http(s) clone URLs begin with for its receiver; empty: use the settings'),
    read: given => given || null,
  },
  {
    name: 'clone_ssh',
    option: 'clone-ssh',
    help: text('For forges: what ssh clone URLs begin with for its receiver; empty: use the settings'),
    read: given => given || null,
  },
  {
    name: 'hmac_header',
    option: 'hmac-header',
    help: text("Header that signs the body: NAME=ALGORITHM[:FORM], e.g. X-Signature=sha256; '': none"),
    read: readHmacHeader,
  },
];

/** In the form in which it is stored; what is none is refused by the schema, which says what came. */
function readHmacHeader(given: string): string | null {
  if (given === '') return null;
  const read = parseHmacHeader(given);
  return read === null ? given : hmacHeaderText(read);
}
