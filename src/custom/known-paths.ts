/**
 * What each event's payload can have, in every dialect: of Gitee's the schema says it; of a forge's its builder shows it,
 * given an event with everything in it.
 */
import type { EventContent } from '../gitee/event.ts';
import { eventContent } from '../gitee/event-schema.ts';
import type { Payload } from '../model/custom-target.ts';
import { EVENT_NAMES, type EventName } from '../model/names.ts';
import { loadPayload } from './payload.ts';
import { fullValue, shapeOfSchema } from './schema-shape.ts';
import { emptyShape, type Shape, shapeOfValue, widen } from './shape.ts';

const SOURCE = {
  web: 'https://git.example.com',
  clone: { http: null, ssh: null },
  webhook: { id: 1, shownUrl: 'https://ci.example.com/', createdAt: 0 },
  test: false,
};

/** Takes a moment: only for a template that is being registered. */
export async function knownShapes(payload: Payload): Promise<Map<EventName, Shape>> {
  const payloadOf = await loadPayload(payload);
  const shapes = new Map<EventName, Shape>(EVENT_NAMES.map(name => [name, emptyShape()]));
  for (const content of fullEvents()) {
    const body = payloadOf(content, SOURCE);
    if (body !== null) widen(shapes.get(content.name)!, shapeOfValue(body));
  }
  // Nothing of Gitee's depends on the event: the schema knows also what is null in every sample.
  if (payload === 'gitee')
    for (const option of eventContent.options)
      widen(shapes.get(option.shape.name.value)!, shapeOfSchema(option.shape.data));
  return shapes;
}

const ZEROS = '0'.repeat(40);

/** Events that differ in what decides which keys there are. */
function fullEvents(): EventContent[] {
  return eventContent.options.flatMap(({ shape }) => {
    const full = { data: fullValue(shape.data), facts: fullValue(shape.facts) } as Pick<
      EventContent,
      'data' | 'facts'
    >;
    return variants(shape.name.value).map(
      changes => ({ name: shape.name.value, ...full, data: { ...full.data, ...changes } }) as EventContent,
    );
  });
}

function variants(name: EventName): object[] {
  switch (name) {
    case 'push':
    case 'tag_push': {
      const ref = name === 'push' ? 'refs/heads/main' : 'refs/tags/v1';
      const moved = { ref, created: false, deleted: false };
      return [
        moved,
        { ...moved, created: true, before: ZEROS },
        { ...moved, deleted: true, after: ZEROS, commits: [], head_commit: null },
      ];
    }
    case 'merge_request':
      return ['open', 'update', 'close', 'merge', 'reopen', 'approved', 'assign'].map(action => ({
        action,
        action_desc: 'source_branch_changed',
      }));
    case 'issue':
      return ['open', 'assign', 'state_change', 'delete', 'add_label'].map(action => ({ action }));
    case 'note':
      return ['Issue', 'PullRequest', 'Commit', 'Comment']
        .map(noteable_type => ({
          noteable_type,
          action: 'comment',
          issue: noteable_type === 'Issue' ? undefined : null,
        }))
        .map(({ issue, ...rest }) => (issue === null ? { ...rest, issue } : rest));
  }
}
