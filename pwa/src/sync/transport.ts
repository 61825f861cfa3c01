/**
 * One request and what its answer proves. An answer counts only if it is JSON and carries our envelope; anything else,
 * whatever its HTTP status, is the network's and drops nothing.
 */
import { retryAfter } from './backoff';
import type { Core } from './core';
import type { Link, PushResult } from './types';

export const PROTOCOL = 'sambung-sync/1';

export interface Envelope {
  protocol: string;
  epoch?: string | null;
  epochStart?: string | null;
  serverTime: string;
  code?: string | null;
  retryAfterMs?: number | null;
}

export interface PushReply extends Envelope {
  requestId: string;
  results: PushResult[];
  missingSeq?: [number, number][] | null;
}

export interface PullReply extends Envelope {
  cursor: string;
  feed: string | number;
  more?: boolean;
  reset?: boolean;
  changes?: { kind: string; id: string; version: number; body: Record<string, unknown> }[];
  removed?: { kind: string; id: string }[];
  check?: { count: number; digest: string } | null;
}

/** `reply` is missing when nothing came that counts; `link` then says what seems to stand in between. */
export interface Answer<Reply> {
  reply?: Reply;
  link: Link;
  waitMs: number;
}

const FIRST_WAIT = 60_000;
/** Such an answer to a gzip body may mean only that something on the way cannot read it. */
const DISLIKES_GZIP = [400, 403, 413, 415];
const WORTH_GZIP = 1024;

export const timeoutFor = (bytes: number): number => FIRST_WAIT + (bytes / 256) * 1000;

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer | null> {
  try {
    return await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  } catch {
    return null;
  }
}

/** Reads to the end; each piece that arrives gives the rest as much time again. */
async function readText(response: Response, alive: () => void): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body!.getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    alive();
    text += decoder.decode(value, { stream: true });
  }
}

const linkOf = (response: Response, type: string): Link =>
  response.type === 'opaqueredirect' || response.status === 511 || (response.ok && !/json/.test(type))
    ? 'portal'
    : 'server';

function read<Reply>(text: string, field: string, requestId?: string): Reply | undefined {
  try {
    const reply = JSON.parse(text).data[field];
    return reply.protocol === PROTOCOL && (!requestId || reply.requestId === requestId) ? reply : undefined;
  } catch {
    return undefined;
  }
}

/** The server knows the protocol's two documents by name. `variables` is JSON text: frozen items go out exactly as they
 * were stored. */
export async function ask<Reply extends Envelope>(
  core: Core,
  field: 'syncPush' | 'syncPull',
  variables: string,
  requestId?: string,
): Promise<Answer<Reply>> {
  const bytes = new TextEncoder().encode(`{"documentId":"${field}","variables":${variables}}`);
  const zipped = bytes.length < WORTH_GZIP || core.plain ? null : await gzip(bytes);
  const body = zipped ?? bytes;
  const controller = (core.abort = new AbortController());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), timeoutFor(body.byteLength));
  };
  alive();
  try {
    const response = await (core.options.fetch ?? fetch)('/graphql', {
      method: 'POST',
      redirect: 'manual',
      // No business of anything on the way, and longer than the question.
      referrer: '',
      headers: {
        'Content-Type': 'application/json',
        'X-Sambung-Client': `pwa/${core.options.appVersion}`,
        ...(zipped && { 'Content-Encoding': 'gzip' }),
      },
      body,
      signal: controller.signal,
    });
    alive();
    const type = response.headers.get('content-type') ?? '';
    const reply = /json/.test(type) ? read<Reply>(await readText(response, alive), field, requestId) : undefined;
    if (!reply && zipped && DISLIKES_GZIP.includes(response.status)) {
      core.plain = true;
      return await ask(core, field, variables, requestId);
    }
    const asked = retryAfter(response.headers.get('retry-after'), core.now());
    return { reply, link: reply ? 'ok' : linkOf(response, type), waitMs: Math.max(asked, reply?.retryAfterMs ?? 0) };
  } catch {
    return { link: 'offline', waitMs: 0 };
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
