/** How much of a comment or a description a message quotes; the link leads to the rest. */
export const QUOTE = { characters: 300, lines: 8 } as const;
