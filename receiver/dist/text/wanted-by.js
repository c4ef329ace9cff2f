import { plural } from './plural.js';
const TYPES = {
    string: 'a text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a list',
    object: 'an object',
    record: 'an object',
    null: 'null',
};
/** Behind "wanted". */
export function wantedBy(issue) {
    switch (issue.code) {
        case 'invalid_type':
            return TYPES[issue.expected] ?? ANOTHER;
        case 'invalid_value':
            return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
        case 'too_small':
            return sized(issue.origin, 'at least', Number(issue.minimum));
        case 'too_big':
            return sized(issue.origin, 'at most', Number(issue.maximum));
        default:
            return LIBRARY.test(issue.message) ? ANOTHER : issue.message;
    }
}
function sized(origin, how, count) {
    if (origin === 'array')
        return `a list of ${how} ${count}`;
    return origin === 'string' ? `a text of ${how} ${plural(count, 'character')}` : `${how} ${count}`;
}
const ANOTHER = 'another value';
/** How the library's own sentences begin: a schema that has none of ours. */
const LIBRARY = /^(Invalid|Unrecognized|Too (small|big))\b/;
