/** Which steps a desk role may offer on a question. The server decides; this only keeps hopeless buttons away. */
import type { Grant } from '../identity/roles';
import type { Question } from './types';

export interface Acts {
  assign: boolean;
  claim: boolean;
  answer: boolean;
  askBack: boolean;
  forward: boolean;
  reopen: boolean;
  note: boolean;
  /** A new version of a sent answer. */
  correct: boolean;
  /** Letting it go on in an earlier question of the same asker. */
  merge: boolean;
  /** Why no answer can be written now: still to filter, to be taken first, held by another, or nothing to say. */
  blocked: 'filter' | 'claim' | 'held' | 'done' | null;
}

/** `account` is the officer's own id. */
export function acts(body: Question, grant: Grant | null, account: string): Acts {
  const role = grant?.role ?? '';
  const filters = role === 'ADM' || role === 'KTM';
  const holds = body.holderId === account;
  const contact = role === 'BID' && body.state === 'diteruskan';
  const open = body.state === 'disaring' || body.state === 'diteruskan';
  const done = body.state === 'dijawab' || body.state === 'selesai';
  const answer = open && ((holds && (role === 'OPR' || role === 'TEL')) || contact);
  const claim = role === 'OPR' && body.state === 'disaring' && !body.holderId;
  return {
    assign: filters && (body.state === 'baru' || open || body.state === 'menunggu_penanya'),
    claim,
    answer,
    askBack: role === 'OPR' && holds && body.state === 'disaring',
    forward: body.state === 'disaring' && (holds || role === 'ADM'),
    reopen: done && !body.mergedInto && (holds || filters),
    note: role !== 'LKT' && (role !== 'TEL' || holds),
    correct: holds && (role === 'OPR' || role === 'BID') && (done || body.state === 'menunggu_penanya') && !body.mergedInto,
    merge: role === 'ADM' && (body.state === 'baru' || open || body.state === 'menunggu_penanya'),
    blocked: answer ? null : body.state === 'baru' ? 'filter' : !open ? 'done' : claim ? 'claim' : 'held',
  };
}
