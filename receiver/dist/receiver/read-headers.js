/** Headers in every form that servers hand them on, read so that one sent twice is noticed and not the last one taken. */
/** Lower-case name to all its values. */
export function readHeaders(headers) {
    const found = new Map();
    for (const [name, value] of pairsOf(headers)) {
        const key = name.toLowerCase();
        found.set(key, [...(found.get(key) ?? []), value]);
    }
    return found;
}
function pairsOf(headers) {
    if (typeof headers !== 'object' || headers === null)
        throw new TypeError(`headers: wanted a request's headers, got ${headers === null ? 'null' : typeof headers}`);
    if (isFlat(headers))
        return headers.flatMap((name, i) => i % 2 === 0 ? [[name, headers[i + 1] ?? '']] : []);
    if (Symbol.iterator in headers)
        return Array.from(headers);
    return Object.entries(headers).flatMap(([name, value]) => {
        if (value === undefined)
            return [];
        return typeof value === 'string' ? [[name, value]] : value.map(one => [name, one]);
    });
}
function isFlat(headers) {
    return Array.isArray(headers) && typeof headers[0] === 'string';
}
