/** What an admin gives of the kinds `custom` and `jenkins`. */
import { z } from 'zod';
import { parsePointer } from '../custom/json-pointer.ts';
import { jenkinsPlace } from '../kinds/jenkins-request.ts';
import { METHODS, PAYLOADS } from '../model/custom-target.ts';
import { CLONE_URLS, NOTIFY } from '../model/jenkins-options.ts';

/** The template is checked apart, with the events that it is for (`custom/check-template.ts`). */
export const customTarget = z.strictObject({
  method: z.enum(METHODS),
  payload: z.enum(PAYLOADS),
  template: z.string().nullable(),
  success: z.strictObject({
    statuses: z.array(z.int().min(200).max(599)).min(1).nullable(),
    json: z
      .strictObject({
        pointer: z.string().refine(text => parsePointer(text) !== null, 'a JSON pointer (RFC 6901)'),
        value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
      })
      .nullable(),
    contains: z
      .string()
      .refine(text => text !== '' && text.length <= 256, 'a text of 1 to 256 characters')
      .nullable(),
  }),
});

export const jenkinsOptions = z.strictObject({ notify: z.enum(NOTIFY), clone: z.enum(CLONE_URLS) });

const URL_WANTED =
  'one of Jenkins, which ends in /git/notifyCommit, /generic-webhook-trigger/invoke or /multibranch-webhook-trigger/invoke';
const TOKEN_WANTED = 'the token that Jenkins knows (--secret-stdin or --secret-env), got none';

/** Why a webhook of the kind `jenkins` cannot have this URL and secret; null when it can. */
export function jenkinsProblem(
  url: string,
  secret: string | null,
): { path: 'url' | 'secret'; wanted: string } | null {
  if (jenkinsPlace(url) === null) return { path: 'url', wanted: URL_WANTED };
  const hasToken = secret !== null || Boolean(URL.parse(url)?.searchParams.get('token'));
  return hasToken ? null : { path: 'secret', wanted: TOKEN_WANTED };
}
