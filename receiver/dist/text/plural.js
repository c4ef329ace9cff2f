/** @returns the number with the word that belongs to it: `1 file`, `2 deliveries`, `3 pushes` */
export function plural(count, one, many = manyOf(one)) {
    return `${count} ${count === 1 ? one : many}`;
}
function manyOf(one) {
    if (/[^aeiou]y$/.test(one))
        return one.replace(/y$/, 'ies');
    return /(?:s|x|sh|ch)$/.test(one) ? `${one}es` : `${one}s`;
}
