/**
 * Online GraphQL for what is not in the feed: sign-in, devices, search lists for desks. Everything a person writes as
 * work goes through the outbox instead.
 */
import { author } from './identity/author';

declare const __APP_VERSION__: string | undefined;

/** Version of this build, sent with every request. */
export const VERSION = typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : '0.0.0';
/** Headers of an online request. It names the account whose screen asks: a cookie that changed in another tab must not
 * show or change what is another person's here. */
export const headersOf = (account: string): Record<string, string> => ({
  'Content-Type': 'application/json',
  'X-Sambung-Client': `pwa/${VERSION}`,
  ...(account && { 'X-Sambung-Account': account }),
});

const TIMEOUT_MS = 60_000;

/** The server answered with a refusal: a stable code and an Indonesian sentence for the person. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** No answer of our server arrived: no signal, a login page in between, or a fault. Nothing was decided. */
export class NoAnswer extends Error {}

interface Envelope {
  data?: object | null;
  errors?: { message: string; extensions?: { code?: string } & Record<string, unknown> }[];
}

/**
 * Runs one document for `account` ('' for whoever it is). Throws `Refused` when the server said no, `NoAnswer` when no
 * usable answer came. HTTP 200 proves nothing, and JSON proves nothing: only `errors` with our codes, or `data` that was
 * asked for, counts.
 */
export async function ask<Data>(query: string, variables: Record<string, unknown> = {}, account = author.id): Promise<Data> {
  let envelope: Envelope | null;
  try {
    const reply = await fetch('/graphql', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { ...headersOf(account), Accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!/json/.test(reply.headers.get('Content-Type') ?? '')) throw new NoAnswer(`status ${reply.status}`);
    envelope = (await reply.json()) as Envelope | null;
  } catch (fault) {
    throw fault instanceof NoAnswer ? fault : new NoAnswer(String(fault));
  }
  const { code, ...extra } = envelope?.errors?.[0]?.extensions ?? {};
  if (code) throw new Refused(code, envelope!.errors![0]!.message, extra);
  const asked = Object.keys(envelope?.data ?? {});
  if (!asked.length || !asked.every((field) => query.includes(field))) throw new NoAnswer('not our data');
  return envelope!.data as Data;
}
