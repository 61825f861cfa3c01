/** A small help for sentences that end in data. */

/** A sentence that ends in a name: titles such as "S.A.P." bring their own full stop. */
export const titik = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
