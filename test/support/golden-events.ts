/**
 * The repository, the people and the commits of the forges' golden cases, and what is pushed there: real events, made by the
 * product's own builders of Gitee's data, so that a test says only what the push did.
 */

import type { ForgeSource } from '../../src/forges/forge.ts';
import { buildPush } from '../../src/gitee/build-push.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import type { PushFacts } from '../../src/gitee/push.ts';
import type { Commit, RefChange } from '../../src/model/change.ts';
import { type DescribedRepository, describeRepository } from '../../src/repositories/describe-repository.ts';
import { defaultSettings, type Settings } from '../../src/settings/settings.ts';

export const WEB = 'https://git.example.com';
export const A = 'a'.repeat(40);
export const B = 'b'.repeat(40);
export const C = 'c'.repeat(40);
/** An annotated tag object on C. */
export const T = 'd'.repeat(40);
export const Z = '0'.repeat(40);

export const SOURCE: ForgeSource = {
  web: WEB,
  clone: { http: null, ssh: null },
  webhook: { id: 7, shownUrl: 'https://ci.example.com/hook', createdAt: 1_767_225_600_000 },
  test: false,
};

const ADA = { id: 3, login: 'ada', name: 'Ada L.', emails: ['ada@example.com'] };
const ACME = { id: 2, login: 'acme', name: 'acme', emails: ['acme@example.com'] };

/** `message` of C as the table has it. */
export const commitC = goldenCommit(C, B, 'Fix\n\nlong\n', 1_767_225_500);
export const commitB = goldenCommit(B, A, 'Add b\n', 1_767_225_400);

/** By somebody without an account, eight hours east of UTC. */
export function goldenCommit(id: string, parent: string, message: string, seconds: number): Commit {
  const person = { name: '李四', email: 'li-si@example.com', seconds, offset: '+0800' };
  return {
    ...{ id, tree: 'e'.repeat(40), parents: [parent], message, author: person, committer: person },
    ...{ added: [], removed: [], modified: ['src/main.ts'] },
  };
}

interface Stage {
  settings?: Partial<Settings>;
  fullName?: string;
}

export function goldenRepository({ settings, fullName = 'acme/app' }: Stage = {}): DescribedRepository {
  const all = { ...defaultSettings('git.example.com', WEB), 'web.style': 'gitea' as const, ...settings };
  const [company = ''] = fullName.split('/');
  const path = `/srv/git/${fullName}.git`;
  const row = { id: 7, directory: path, path, full_name: fullName, company, root: '/srv/git' };
  const times = { gone_at: null, created_at: 0 };
  const facts = {
    description: '',
    defaultBranch: 'main',
    createdAt: Date.UTC(2024, 0, 2, 3, 4, 5),
    owner: ACME,
  };
  return describeRepository({ ...row, ...times }, facts, Date.UTC(2026, 0, 1), all);
}

type PushEvent = Extract<EventContent, { name: 'push' | 'tag_push' }>;

/** What `ada` has pushed: the branch main from A to C, where nothing else is said. */
export function goldenPush(
  change: Partial<RefChange> = {},
  facts: Partial<PushFacts> = {},
  stage: Stage = {},
): PushEvent {
  const { old = A, new: tip = C, ref = 'refs/heads/main' } = change;
  const plain: RefChange = {
    ...{ ref, kind: ref.startsWith('refs/tags/') ? 'tag' : 'branch', old, new: tip },
    ...{ created: old === Z, deleted: tip === Z, forced: false, removed: 0, tag: null, cut: [] },
    ...{ head: tip === Z ? null : commitC, commits: [commitC, commitB], total: 2 },
  };
  const described = goldenRepository(stage);
  const pusher = described.person(ADA);
  const source = { ...described, pusher, findUser: () => null, recovered: false };
  const event = buildPush({ ...plain, ...change }, source) as PushEvent;
  return { ...event, facts: { ...event.facts, ...facts } };
}

/** A tag v1 as it is created: annotated, where no more is said. */
export function goldenTag(change: Partial<RefChange> = {}, facts: Partial<PushFacts> = {}): PushEvent {
  const tag = { message: 'Release\n\nNotes\n', tagger: null };
  const message = 'Release\n\nNotes\n';
  const plain = { ref: 'refs/tags/v1', old: Z, new: T, commits: [], total: null, tag };
  return goldenPush({ ...plain, ...change }, { ...(change.tag !== null && { message }), ...facts });
}

/** The branch x as it goes. */
export function goldenDeletion(ref = 'refs/heads/x'): PushEvent {
  return goldenPush({ ref, old: ref.startsWith('refs/tags/') ? T : C, new: Z, commits: [], total: null });
}
