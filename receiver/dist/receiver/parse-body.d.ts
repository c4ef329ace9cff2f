/**
 * A body against the schemas. What is known must be as it should be; keys that are not known pass, as gitee.com adds
 * some now and then, and stay in the data.
 */
import { bodySchemas } from './event-schemas.ts';
export type BodyName = keyof typeof bodySchemas;
/** The body, or one line for each thing that is wrong with it. */
export declare function parseBody(name: BodyName, json: object): {
    body: object;
} | {
    problems: string[];
};
