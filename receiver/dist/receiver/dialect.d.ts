/** In whose words a delivery speaks, by its headers. No signature covers these: they only say how to look at the rest. */
import { type Dialect, type Refused } from './verdict.ts';
export type Headers = Map<string, string[]>;
/** Gitea, Forgejo and Gogs, as they are looked for: the newer ones send the headers of the older ones beside their own. */
export declare const GITEA_FAMILY: readonly ['x-gitea', 'x-forgejo', 'x-gogs'];
/** The one of those that were asked for; whatever else is refused. */
export declare function dialectIn<D extends Dialect>(headers: Headers, asked: readonly D[]): D | Refused;
/** Every one that the headers name. Gitea and its family send GitHub's headers beside their own: that is one. */
export declare function dialectsIn(headers: Headers): Dialect[];
/** To de-duplicate by: the id that the signature covers, else the forge's own; null where there is not exactly one. */
export declare function idIn(headers: Headers, dialect: Dialect): string | null;
