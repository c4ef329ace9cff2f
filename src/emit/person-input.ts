/** A person as another system names one: `belfry emit` looks them up by login or e-mail address, or makes them. */
import { z } from 'zod';

const login = z
  .string()
  .max(200)
  .regex(/^[^\s\p{C}@]+$/u, 'a login without spaces and without @');
const email = z
  .string()
  .max(254)
  .regex(/^[^\s\p{C}@<>]+@[^\s\p{C}@<>]+$/u, 'an e-mail address');
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*\S[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'a name in one line');

const WANTED = 'a login, an e-mail address, or an object with login or email, and perhaps name';

export const personInput = z
  .union(
    [
      z
        .string()
        .max(254)
        .regex(/^[^\s\p{C}]+$/u, WANTED),
      z.strictObject({ login: login.optional(), email: email.optional(), name: name.optional() }),
    ],
    { error: WANTED },
  )
  .refine(hasAName, { error: WANTED, when: () => true })
  .describe(`A person: ${WANTED}. Who is not known yet becomes a user.`);
export type PersonInput = z.infer<typeof personInput>;

/** What the short form means. */
export function personOf(input: PersonInput): Exclude<PersonInput, string> {
  if (typeof input !== 'string') return input;
  return input.includes('@') ? { email: input } : { login: input };
}

/** The rest of the schema speaks for itself: only what it cannot say is checked here. */
function hasAName(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('@') || email.safeParse(value).success;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  return 'login' in value || 'email' in value || Object.keys(value).some(key => key !== 'name');
}
