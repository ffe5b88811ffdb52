/**
 * The connections that insiders opened to the outside: an answer comes back on one of them, where a question from
 * outside may not go. What answers no question of an insider is a stranger's knock, whatever it calls itself.
 */
import type { Mail, NodeId } from '../../kernel/envelope';
import type { Place } from './directory';

/** The oldest is forgotten first, as in any firewall whose table is full. */
const connectionsMax = 100_000;

export class Connections {
  /** Who was asked, by the question. */
  private readonly open = new Map<string, NodeId>();

  /** Notes a question, if it goes from inside to outside. */
  note(mail: Mail, from: Place, to: Place): void {
    if (mail.re !== undefined || to.box.zone !== 'outside' || from.box.zone === 'outside') return;
    this.open.set(`${from.node}#${mail.incarnation}.${mail.id}`, to.node);
    if (this.open.size <= connectionsMax) return;
    for (const oldest of this.open.keys()) return void this.open.delete(oldest);
  }

  /** Why an answer from outside may not pass, or `undefined` if it may. Each question has one answer. */
  barred(mail: Mail, from: Place, to: Place): string | undefined {
    if (mail.re === undefined || from.box.zone !== 'outside' || to.box.zone === 'outside') return undefined;
    const question = `${to.node}#${mail.answers}.${mail.re}`;
    if (this.open.get(question) !== from.node)
      return `${mail.to} has asked ${mail.from} nothing that this could answer`;
    this.open.delete(question);
    return undefined;
  }
}
