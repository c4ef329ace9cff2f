/** GitHub's published schema of its payloads: every key is known, and nothing is null that may not be. */
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

// Without its root, which is one choice of everything: compiling that takes seconds.
const { definitions } = createRequire(import.meta.url)('@octokit/webhooks-schemas/schema.json');

const ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false });
// The package says what it exports in CommonJS only.
(formats as unknown as (ajv: Ajv) => void)(ajv);
// An annotation for TypeScript.
ajv.addKeyword('tsAdditionalProperties');
ajv.addSchema({ definitions }, 'github');

/**
 * What a payload breaks, one line each; empty: nothing.
 * @param event as `X-GitHub-Event` has it
 */
export function schemaProblems(event: string, body: unknown): string[] {
  const action = (body as { action?: string }).action;
  const key = `${event}$${action ?? 'event'}`;
  const validate = ajv.getSchema(`github#/definitions/${key}`);
  if (validate === undefined) return [`GitHub's schema knows no ${key}`];
  if (validate(JSON.parse(JSON.stringify(body)))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
