/**
 * Linearizability straight from its definition: every order of every choice of those with an unknown outcome is tried on
 * sequential objects, all keys at once. It takes hours where the checker takes milliseconds, and has nowhere to hide a
 * mistake.
 */
import type { Operation } from '../../src/checking/history';
import { type SampledModel, sampledModels } from '../../src/checking/sampled-models';

/** Whether some order explains every answer. Meant for up to seven operations. */
export function explainable(operations: readonly Operation[], model: SampledModel): boolean {
  return canExplain(
    operations.filter(({ outcome }) => outcome !== 'fail'),
    new Map(),
    model,
  );
}

type States = ReadonlyMap<string | undefined, unknown>;

function canExplain(left: readonly Operation[], states: States, model: SampledModel): boolean {
  const answered = left.filter(({ outcome }) => outcome === 'ok');
  if (answered.length === 0) return true;
  const firstEnd = Math.min(...answered.map(({ end }) => end));
  return left.some((operation) => {
    if (operation.call > firstEnd) return false;
    const { key, outcome, output, process, f, input } = operation;
    const { initial, answer } = sampledModels[model];
    const reply = answer(states.has(key) ? states.get(key) : initial, { f, input }, process);
    if (reply === undefined) return false;
    if (outcome === 'ok' && JSON.stringify(reply.output) !== JSON.stringify(output)) return false;
    const rest = left.filter((other) => other !== operation);
    return canExplain(rest, new Map(states).set(key, reply.state), model);
  });
}
