/** @returns the number with the word that belongs to it: `1 file`, `2 deliveries`, `3 pushes` */
export declare function plural(count: number, one: string, many?: string): string;
