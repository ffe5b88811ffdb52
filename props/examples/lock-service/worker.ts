/** Acquires and releases in turn, and reports each step for the history. */
import { recordedClient } from '../../../src/testing';
import { settled, starting } from './lock-service';

export const worker = recordedClient('worker', {
  to: 'lock-1',
  answers: [settled, starting],
  next: (last) => (last?.f === 'acquire' && last.outcome === 'ok' ? 'release' : 'acquire'),
  question: (f, owner) => ({ kind: `lock.${f}`, ...{ owner } }),
  outcome: (body) => (settled.accepts(body) ? (body.done ? 'ok' : 'fail') : undefined),
});
