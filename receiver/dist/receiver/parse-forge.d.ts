import { type Headers } from './dialect.ts';
import type { Dialect } from './verdict.ts';
type Forge = Exclude<Dialect, 'gitee'>;
type Json = Record<string, unknown>;
/** The event that header and body agree on; null where they do not, or where it is none of those that are known here. */
export declare function forgeEvent(dialect: Forge, headers: Headers, json: Json): string | null;
/** One line for each thing that is wrong; none: the body is what its type says. */
export declare function problemsIn(dialect: Forge, event: string, json: Json): string[];
/** GitHub has a ping; Gitea's button sends a push that moves nothing. GitLab's tests look like the real thing. */
export declare function isTest(dialect: Forge, event: string, json: Json): boolean;
export {};
