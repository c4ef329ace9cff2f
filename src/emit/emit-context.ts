/** What every event of another system is completed with: people, lasting ids, labels, milestones, times. */
import type { Label } from '../gitee/label.ts';
import type { Milestone } from '../gitee/milestone.ts';
import type { Enterprise, Repository as GiteeRepository } from '../gitee/repository.ts';
import { giteeTime } from '../gitee/time.ts';
import type { FullUser } from '../gitee/user.ts';
import type { RepositoryLinks } from '../model/links.ts';
import type { Repository } from '../model/repository.ts';
import type { Thing, ThingKey } from '../model/thing.ts';
import type { User } from '../model/user.ts';
import type { Store } from '../store/store.ts';
import { momentMs } from './moment-input.ts';
import { type PersonInput, personOf } from './person-input.ts';
import type { LabelInput, MilestoneInput } from './thread-input.ts';

export interface ContextSource {
  row: Repository;
  described: {
    repository: GiteeRepository;
    enterprise: Enterprise | null;
    links: RepositoryLinks;
    person(user: User): FullUser;
  };
  store: Store;
  /** Offset of the server's own times. */
  offset: string;
  tracker: string;
  /** Milliseconds since 1970: when it happened, and now. */
  at: number;
  now: number;
}

export type EmitContext = ReturnType<typeof openContext>;

/** Gitee's labels always have a colour; this grey is what one without gets. */
const NO_COLOUR = 'B3B3B3';

export function openContext({ row, described, store, offset, tracker, at, now }: ContextSource) {
  const { repository, enterprise, links } = described;

  async function person(input: PersonInput): Promise<FullUser> {
    const { login, email, name } = personOf(input);
    const user =
      login === undefined
        ? await store.users.ensureByEmail(email!, name, now)
        : await store.users.ensure(login, { ...(name && { name }), ...(email && { email }) }, now);
    return described.person(user);
  }

  async function inOrder<In, Out>(inputs: In[], one: (input: In) => Promise<Out>): Promise<Out[]> {
    const outputs: Out[] = [];
    for (const input of inputs) outputs.push(await one(input));
    return outputs;
  }

  const externalObject = (
    kind: ThingKey['kind'],
    id: string | number,
    said: Pick<ThingKey, 'number' | 'lastKnown'> = {},
  ): Promise<Thing> => store.emissions.thing(row.id, { kind, tracker, externalId: String(id), ...said }, now);

  const timeOf = (ms: number): string => giteeTime(ms / 1_000, offset);

  /** As Gitee writes it; without one, the time of the event. */
  const time = (text?: string): string => timeOf(text === undefined ? at : momentMs(text));

  function labelObject(input: LabelInput) {
    const { name, color } = typeof input === 'string' ? { name: input } : input;
    return { name, color, known: externalObject('label', name, { lastKnown: color?.replace('#', '') }) };
  }

  async function label(input: LabelInput): Promise<Label> {
    const { name, color, known } = labelObject(input);
    const { id, lastKnown } = await known;
    return { color: color?.replace('#', '') ?? lastKnown ?? NO_COLOUR, id, name };
  }

  /** One list after the other: a label has the colour that it was last given, also where that stands further behind. */
  async function labels(...lists: (LabelInput[] | undefined)[]): Promise<Label[][]> {
    for (const input of lists.flatMap(list => list ?? [])) await labelObject(input).known;
    return inOrder(lists, list => inOrder(list ?? [], label));
  }

  return {
    row,
    repository,
    links,
    /** Every event has these. */
    common: { enterprise, project: repository, push_data: null, repository },
    person,
    people: (inputs: PersonInput[] = []) => inOrder(inputs, person),
    externalObject,
    time,
    labels,

    async milestone(input: MilestoneInput | null | undefined): Promise<Milestone | null> {
      if (input === null || input === undefined) return null;
      const given: Exclude<MilestoneInput, string> = typeof input === 'string' ? { title: input } : input;
      const { id, firstSeenAt } = await externalObject('milestone', given.id ?? given.title);
      return {
        closed_issues: given.closed_issues ?? 0,
        created_at: given.created_at === undefined ? timeOf(firstSeenAt) : time(given.created_at),
        description: given.description ?? null,
        due_on: given.due_on ?? null,
        html_url: given.url ?? links.milestone(id),
        id,
        number: id,
        open_issues: given.open_issues ?? 0,
        state: given.state ?? 'open',
        title: given.title,
        updated_at: time(given.updated_at),
      };
    },
  };
}
