/**
 * What happened, in words: `killed by hand (life 2)`, `added: partition lb-1 | web-1`.
 */
import type { Envelope } from '../kernel/envelope';
import type { WorldEvent } from '../kernel/events';
import { messageText } from './message-text';

/** What happened in words, without when and to whom. */
export function wordsOf(event: WorldEvent): string {
  switch (event.type) {
    case 'life':
      return lifeText(event);
    case 'sent':
      return `→ ${event.envelope.to} ${mailText(event.envelope)}`;
    case 'delivered':
    case 'handled':
      return `← ${event.envelope.from} ${mailText(event.envelope)}`;
    case 'dropped':
      // The reason first: where the line is cut, the message can be done without.
      return `${event.reason}: ${event.envelope.from} → ${event.envelope.to} ${mailText(event.envelope)}`;
    case 'log':
      return event.level === 'info' ? event.text : `${event.level}: ${event.text}`;
    case 'gauge':
      return `${event.name} = ${event.value}`;
    case 'operation':
      return operationText(event.operation);
    case 'act':
      return `${event.act}: ${event.reason}`;
    case 'fault':
      return `${event.phase}: ${event.fault}`;
    case 'config':
      return `${event.phase} version ${event.version}: ${event.text}`;
  }
}

/** `http.request #17 GET /users/12`; an answer says which number it answers. */
function mailText(mail: Envelope): string {
  const number = mail.re === undefined ? `#${mail.id}` : `re #${mail.re}`;
  const text = messageText(mail.body);
  return text === mail.body.kind ? `${text} ${number}` : `${mail.body.kind} ${number} ${text}`;
}

function operationText({ process, phase, f, key, value }: (WorldEvent & { type: 'operation' })['operation']): string {
  const what = [f, ...(key === undefined ? [] : [key]), ...(value === undefined ? [] : [JSON.stringify(value)])];
  return `${process} ${phase} ${what.join(' ')}`;
}

/** `killed by hand`, `restarting: ...`: a reason that says what happened needs nobody to say it again. */
function lifeText({ phase, reason, incarnation }: WorldEvent & { type: 'life' }): string {
  if (reason === '') return phase;
  const text = reason.startsWith(phase) ? reason : `${phase}${phase === 'ready' ? ', ' : ': '}${reason}`;
  return text + lifeOf(incarnation);
}

function lifeOf(incarnation: number): string {
  return incarnation > 1 ? ` (life ${incarnation})` : '';
}
