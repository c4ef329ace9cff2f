/** Whether a template's paths lead anywhere, asked when it is registered. */
import type { Payload } from '../model/custom-target.ts';
import { EVENT_NAMES, type EventName } from '../model/names.ts';
import { knownShapes } from './known-paths.ts';
import { emptyShape, nearestPaths, type Shape, shapeAt, widen } from './shape.ts';
import { compileTemplate, type Path, pathsOf } from './template.ts';

/**
 * @param events that the webhook hears of: a path that only others have would never be filled
 * @returns what is wrong, a sentence for each
 */
export async function templateProblems(
  template: string,
  payload: Payload,
  events: readonly string[],
): Promise<string[]> {
  const pieces = compileTemplate(template);
  if (typeof pieces === 'string') return [`wanted ${pieces}`];
  const shapes = await knownShapes(payload);
  const wanted = EVENT_NAMES.filter(name => events.includes(name));
  const shape = wanted.map(name => shapes.get(name)!).reduce(widen, emptyShape());
  return pathsOf(pieces).flatMap(({ path, inText }) => {
    const found = shapeAt(shape, path);
    if (found === null) return [unknownPath(path, payload, shape, shapes)];
    return inText && !found.plain && !found.open && (found.items !== null || found.keys.size > 0)
      ? [
          `{{${path.join('.')}}}: wanted a text or a number inside a text, got ${found.items === null ? 'an object' : 'a list'}: let it stand alone, "{{${path.join('.')}}}"`,
        ]
      : [];
  });
}

function unknownPath(
  path: Path,
  payload: Payload,
  shape: Shape,
  shapes: ReadonlyMap<EventName, Shape>,
): string {
  const said = `{{${path.join('.')}}}: wanted a path of the ${payload} payload`;
  const others = EVENT_NAMES.filter(name => shapeAt(shapes.get(name)!, path) !== null);
  if (others.length > 0)
    return `${said} of these events, got one that only ${others.join(', ')} has (see --events)`;
  const near = nearestPaths(shape, path);
  return near.length === 0
    ? `${said}, got an unknown one`
    : `${said}, e.g. ${near.join(' or ')}, got an unknown one`;
}
