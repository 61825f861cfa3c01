/** Canned answers: what may be left open in them, and how it is filled in. */

/** In braces in the text; the server refuses any other. */
export const PLACEHOLDERS = ['nama', 'nomor', 'topik', 'unit', 'telepon', 'petugas'] as const;

export const placeholderList = PLACEHOLDERS.map((name) => `{${name}}`).join(', ');

/** The first placeholder that nobody will fill in. */
export function unknownPlaceholder(text: string): string | undefined {
  const known: readonly string[] = PLACEHOLDERS;
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name).find((name) => !known.includes(name));
}

/** The text with what is known filled in; what is not known stays in braces, to be seen and written by hand. */
export function fill(text: string, values: Readonly<Record<string, string | null | undefined>>): string {
  return text.replace(/\{([a-z]+)\}/g, (left, name: string) => values[name] || left);
}
