/** What every event of another system is completed with: people, lasting ids, labels, milestones, times. */
import type { EventPlace } from '../gitee/build-repository.ts';
import type { Label, Milestone } from '../gitee/thread.ts';
import { giteeTime } from '../gitee/time.ts';
import type { FullUser } from '../gitee/user.ts';
import type { ExternalObject, ExternalObjectKey } from '../model/external-object.ts';
import type { RepositoryLinks } from '../model/links.ts';
import { momentMs } from './moment-input.ts';
import type { PersonInput } from './person-input.ts';
import type { LabelInput, MilestoneInput } from './thread-input.ts';

export interface ContextSource extends EventPlace {
  links: RepositoryLinks;
  /** Whom an input names; somebody new is made known. */
  person(input: PersonInput): Promise<FullUser>;
  /** The lasting number of an external object; a new one gets one. */
  register(key: ExternalObjectKey): Promise<ExternalObject>;
  /** Offset of the server's own times. */
  offset: string;
  tracker: string;
  /** When it happened, milliseconds since 1970. */
  at: number;
}

export type EmitContext = ReturnType<typeof openContext>;

/** Gitee's labels always have a colour; this grey is what one without gets. */
const NO_COLOUR = 'B3B3B3';

export function openContext({ repository, enterprise, links, person, register, ...source }: ContextSource) {
  const { offset, tracker, at } = source;
  const externalObject = (
    kind: ExternalObjectKey['kind'],
    id: string | number,
    said: Pick<ExternalObjectKey, 'number' | 'lastKnown'> = {},
  ): Promise<ExternalObject> => register({ kind, tracker, externalId: String(id), ...said });

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
    return Array.fromAsync(lists, list => Array.fromAsync(list ?? [], label));
  }

  return {
    repository,
    enterprise,
    links,
    person,
    /** One after the other: two of them may be the same new person. */
    people: (inputs: PersonInput[] = []) => Array.fromAsync(inputs, person),
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
