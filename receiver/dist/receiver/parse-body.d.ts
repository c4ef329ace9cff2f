import type { EventName } from '../model/names.ts';
/** The body, or one line for each thing that is wrong with it. */
export declare function parseBody(name: EventName, json: object): {
    body: object;
} | {
    problems: string[];
};
