/**
 * A tier that answers as its config says, word for word: for tests of whoever asks it.
 */
import type { ErrorBody } from '../kernel/control';
import type { Body } from '../kernel/envelope';
import { machine } from '../kernel/machine';
import { type Message, parseConfig, type Static, Type } from '../kernel/schema';
import { freeService } from '../kernel/service';
import { type AnyTier, tier } from '../kernel/tier';

const config = Type.Object({
  /** The answer to each kind of message; of a list the next one each time, the last one from then on. */
  says: Type.Record(Type.String(), Type.Array(Type.Unknown())),
  /** What it shows of itself. */
  shows: Type.Unknown(),
});
type ScriptedConfig = Static<typeof config>;

/**
 * @example
 * const catalogue = withTiers([scripted('db', [sqlExecute])]);
 * node('db-1', 'db', 'box-1', { says: { 'sql.execute': [{ kind: 'sql.failure', because: 'stale', reason: 'no' }] } });
 */
export function scripted(kind: string, accepts: readonly Message[]): AnyTier {
  const defaults: ScriptedConfig = { says: {}, shows: {} };
  return tier<ScriptedConfig, Body, Body>({
    kind,
    summary: 'says what it was told to say',
    port: 7,
    defaults,
    parse: parseConfig(config, defaults),
    accepts,
    upstreams: () => [],
    service: () => freeService,
    behave: ({ now: { says, shows } }) =>
      machine<Body, Body, Map<string, number>>(
        (turn) => {
          turn.node.report.expose(() => shows);
          return new Map();
        },
        (asked, mail, turn) => {
          const { kind: question } = mail.body;
          const answers = says[question] ?? [];
          const times = asked.get(question) ?? 0;
          asked.set(question, times + 1);
          const answer = answers[Math.min(times, answers.length - 1)];
          const nothing: ErrorBody = { kind: 'error', reason: `nothing to say to ${question}` };
          turn.reply(mail, isBody(answer) ? answer : nothing);
        },
      ),
  });
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
