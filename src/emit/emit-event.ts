/** An event of another system: checked whole → completed → recorded with its deliveries. Nothing of a bad one stays. */

import { repositoryFacts } from '../git/repository-facts.ts';
import type { EventContent } from '../gitee/event.ts';
import { eventContent } from '../gitee/event-schema.ts';
import type { Emitted } from '../model/external-object.ts';
import type { Repository } from '../model/repository.ts';
import type { User } from '../model/user.ts';
import { describeRepository, ownerOf } from '../repositories/describe-repository.ts';
import { ownerAccount } from '../repositories/owner-account.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { inputProblems, type Problem } from '../text/input-problems.ts';
import { deliveriesFor } from '../webhooks/deliveries-for.ts';
import { type EmitContext, openContext } from './emit-context.ts';
import { type EmitInput, type EmittedName, emitSchemas } from './emit-input.ts';
import { emitIssue } from './emit-issue.ts';
import { emitMergeRequest } from './emit-merge-request.ts';
import { emitNote } from './emit-note.ts';
import { findTips, type Tips } from './emit-tips.ts';
import { momentMs } from './moment-input.ts';
import { type MoreFacts, moreFacts } from './more-facts.ts';
import { type PersonInput, personOf } from './person-input.ts';

export interface Announcement {
  name: EmittedName;
  row: Repository;
  /** What came, of any form. */
  input: unknown;
  /** The same key twice is one event. */
  key: string | null;
}

export type EmitOutcome = Emitted | { problems: Problem[] };

/** @throws BelfryError `git` when the repository cannot be read */
export async function emitEvent(
  { name, row, input, key }: Announcement,
  deps: { store: Store; settings: Settings; now: number },
): Promise<EmitOutcome> {
  const emit = check(name, input);
  if ('problems' in emit) return emit;
  const before = key === null ? null : await deps.store.emissions.known(row.id, key);
  if (before !== null) return { fresh: false, eventId: before, deliveries: 0 };
  const account = await ownerAccount(row);
  const tips = await findTips(emit, row.directory);
  if (Array.isArray(tips)) return { problems: tips };

  const more = emit.name === 'merge_request' ? await moreFacts(emit.input, tips!, row, deps) : {};
  const event = await complete(emit, tips, await contextFor(emit, row, account, deps), more);
  const emission = { repository: row, key, event: checked(event) };
  return deps.store.emissions.record(emission, deliveriesFor, deps.now);
}

function check(name: EmittedName, input: unknown): EmitInput | { problems: Problem[] } {
  const schema = emitSchemas[name];
  const result = schema.safeParse(input);
  if (!result.success) return { problems: inputProblems(result.error, schema, input) };
  return { name, input: result.data } as EmitInput;
}

async function contextFor(
  { input }: EmitInput,
  row: Repository,
  account: string,
  { store, settings, now }: { store: Store; settings: Settings; now: number },
): Promise<EmitContext> {
  const files = await repositoryFacts(row.directory);
  const owner = await ownerOf(row, account, store, now);
  const pushedAt = (await store.emissions.lastPushAt(row.id)) ?? files.createdAt;
  const described = describeRepository(row, { ...files, owner }, pushedAt, settings);
  return openContext({
    ...described,
    person: async named => described.person(await userOf(named, store, now)),
    register: key => store.emissions.externalObject(row.id, key, now),
    offset: settings['time.offset'],
    tracker: input.tracker ?? '',
    at: input.at === undefined ? now : momentMs(input.at),
  });
}

function userOf(named: PersonInput, store: Store, now: number): Promise<User> {
  const { login, email, name } = personOf(named);
  if (login === undefined) return store.users.ensureByEmail(email!, name, now);
  return store.users.ensure(login, { ...(name && { name }), ...(email && { email }) }, now);
}

async function complete(
  emit: EmitInput,
  tips: Tips | null,
  context: EmitContext,
  more: MoreFacts,
): Promise<EventContent> {
  switch (emit.name) {
    case 'issue':
      return emitIssue(emit.input, context);
    case 'merge_request':
      return emitMergeRequest(emit.input, tips!, context, more);
    case 'note':
      return emitNote(emit.input, tips, context);
  }
}

/** The schema is the contract: an event that does not fit it is a bug here, found before it is sent to anybody. */
function checked(event: EventContent): EventContent {
  return eventContent.parse(event) as EventContent;
}
