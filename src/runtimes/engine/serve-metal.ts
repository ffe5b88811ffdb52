/**
 * Answers the cloud at the reserved address `metal`.
 */
import { configured, errorMessage, refused } from '../../kernel/control';
import type { Envelope, NodeId } from '../../kernel/envelope';
import { metalAddress, metalList, metalPerform } from '../../kernel/metal';
import { done, isOperation, type Outcome, refuse } from '../../kernel/operations';
import type { Runtime } from '../../kernel/runtime';
import type { Topology } from '../../kernel/topology';
import type { EngineDoor } from './door';

/** How long a node has to confirm a new config. */
export const configureBudgetMs = 1_000;

/** @param asConfigured the topology with the nodes as they are set now. */
export function serveMetal(door: EngineDoor, runtime: Runtime, asConfigured: () => Topology): void {
  door.inbox.subscribe((mail) => {
    const { body } = mail;
    if (door.whereIs(mail.from)?.box.zone !== 'provider') {
      return door.reply(mail, { kind: 'error', reason: `${metalAddress} answers only the cloud` });
    }
    if (metalList.accepts(body)) return door.reply(mail, { kind: 'metal.topology', topology: asConfigured() });
    if (!metalPerform.accepts(body) || !isOperation(body.operation)) {
      return door.reply(mail, { kind: 'error', reason: `metal does not understand ${body.kind}` });
    }
    runtime.perform(body.operation, (outcome) => {
      const text = outcome.ok ? outcome.text : outcome.reason;
      door.reply(mail, { kind: 'metal.outcome', ok: outcome.ok, text });
    });
  });
}

/** What a node's answer to `configure` means. */
export function configureOutcome(node: NodeId, answer: Envelope | undefined): Outcome {
  if (answer === undefined)
    return refuse(`${node} did not answer within ${configureBudgetMs} ms; its config may have changed`);
  if (configured.accepts(answer.body)) return done(`${node} runs with config version ${answer.body.version}`);
  if (errorMessage.accepts(answer.body) || refused.accepts(answer.body)) return refuse(answer.body.reason);
  return refuse(`${node} answered ${answer.body.kind}`);
}
