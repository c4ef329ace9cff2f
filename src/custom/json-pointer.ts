/** JSON pointers (RFC 6901): `/a/b~1c/0`. */

/** @returns the names from the top; null for a text that is no pointer */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  const names = pointer.slice(1).split('/');
  return names.map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands there; undefined when nothing does. */
export function valueAtPointer(document: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((at, name) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    return Array.isArray(at) && !/^(0|[1-9]\d*)$/.test(name)
      ? undefined
      : (at as Record<string, unknown>)[name];
  }, document);
}
