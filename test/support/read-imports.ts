/** Everything a module takes from others: imports of values and of types, re-exports, `import()`, `require()`. */
import type { Token } from './tokens.ts';

export interface Import {
  /** As written; null for an `import()` whose argument is no plain string. */
  specifier: string | null;
  line: number;
  /** `export … from`. */
  reexport: boolean;
  /** `import type`: nothing of it is there when the program runs. */
  typeOnly: boolean;
}

export function readImports(found: Token[]): Import[] {
  const imports: Import[] = [];
  for (const [i, token] of found.entries()) {
    if (token.kind !== 'word' || isProperty(found, i)) continue;
    const next = found[i + 1];
    if (next === undefined) continue;
    const typeOnly = next.text === 'type';
    const add = (from: Token | undefined, reexport = false) => {
      const specifier = from?.kind === 'string' ? from.text : null;
      imports.push({ specifier, line: token.line, reexport, typeOnly });
    };

    if ((token.text === 'import' || token.text === 'require') && isSign(next, '('))
      add([')', ','].some(sign => isSign(found[i + 3], sign)) ? found[i + 2] : undefined);
    else if (token.text === 'import') {
      if (next.kind === 'string') add(next);
      else if (next.kind === 'word' || isSign(next, '{') || isSign(next, '*')) add(behindFrom(found, i + 1));
    } else if (token.text === 'export') {
      const list = next.text === 'type' ? i + 2 : i + 1;
      const from = isSign(found[list], '*') || isSign(found[list], '{') ? behindFrom(found, list) : undefined;
      if (from !== undefined) add(from, true);
    }
  }
  return imports;
}

/** True when the module has a default export. */
export function hasDefaultExport(found: Token[]): boolean {
  return found.some(
    (token, i) =>
      token.kind === 'word' &&
      token.text === 'default' &&
      ['export', 'as'].includes(found[i - 1]?.text ?? ''),
  );
}

/** From the start of an import's or export's list to the string behind `from`; undefined when there is none. */
function behindFrom(found: Token[], start: number): Token | undefined {
  for (let i = start; i < found.length; i += 1) {
    const token = found[i]!;
    const allowed = token.kind === 'word' || ['{', '}', ',', '*'].some(sign => isSign(token, sign));
    if (!allowed) return undefined;
    if (token.text === 'from' && found[i + 1]?.kind === 'string') return found[i + 1];
    if (isSign(token, '}') && found[i + 1]?.text !== 'from') return undefined;
  }
  return undefined;
}

function isProperty(found: Token[], i: number): boolean {
  return isSign(found[i - 1], '.') || isSign(found[i + 1], ':');
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}
