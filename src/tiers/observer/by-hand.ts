/**
 * A promotion that a person orders. Who is to lead is asked first where it stands, since a promotion interrupts the
 * service, and one that cannot come to anything should not.
 */
import type { Coordinator } from '../../consensus/observers/coordinator';
import type { Standing } from '../../consensus/observers/decisions';
import { isExpired } from '../../kernel/asks';
import type { Envelope } from '../../kernel/envelope';
import type { ObserversPromote } from '../../protocols/observers';
import type { ReplicationStanding } from '../../protocols/replication';
import type { ObserverConfig, ObserverTurn } from './settings';

/** The office of the observer that decides, as it is when asked for; `undefined` when it has lost it. */
export type Office = () => { readonly coordinator: Coordinator; readonly standing: Standing } | undefined;

export function promoteByHand(
  turn: ObserverTurn,
  mail: Envelope,
  { to, force }: ObserversPromote,
  { retryMs, lagMax }: ObserverConfig,
  office: Office,
): void {
  const refuse = (reason: string): void => turn.reply(mail, { kind: 'observers.refused', reason });
  turn.ask(to, { kind: 'replication.status' }, retryMs, (answer) => {
    if (isExpired(answer)) return refuse(`${to} does not answer: it cannot lead`);
    const { body } = answer;
    if (body.kind === 'refused' || body.kind === 'error') return refuse(`${to} cannot lead: ${body.reason}`);
    if (body.kind !== 'replication.standing') return refuse(`${to} answered ${body.kind}`);
    const now = office();
    if (now === undefined) return refuse('another observer decides now: try again');
    const { coordinator, standing } = now;
    const hindrance = hindranceOf(to, body, coordinator.lastKnownIndex, standing, force ? Infinity : lagMax);
    if (hindrance !== undefined) return refuse(hindrance);
    coordinator.wants({
      to,
      force,
      settle: (refusal) => {
        if (refusal !== undefined) return refuse(refusal);
        const { term = 0 } = office()?.standing ?? {};
        turn.reply(mail, { kind: 'observers.promoted', to, term, text: `${to} leads from term ${term} on` });
      },
    });
  });
}

/** Why it is not to lead, as far as that shows beforehand. */
function hindranceOf(
  to: string,
  { role, lastIndex }: ReplicationStanding,
  newest: number,
  { primary = 'the primary' }: Standing,
  lagMax: number,
): string | undefined {
  if (role !== 'replica' && role !== 'primary') return `${to} has no vote yet (${role}): it has to catch up first`;
  const lacks = newest - lastIndex;
  if (lacks <= lagMax) return undefined;
  return `${to} is ${lacks} entries behind ${primary} (at ${lastIndex} of ${newest}): wait, or add --force to lose them`;
}
