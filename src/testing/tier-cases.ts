/**
 * What every tier promises, as one list of cases: the product's own tiers run it, and a tier of one's own can. All in
 * simulation, with pinned seeds.
 */
import assert from 'node:assert/strict';
import { type Body, Mail } from '../kernel/envelope';
import { ConfigError } from '../kernel/schema';
import { MailReader, MailWriter } from '../runtimes/threaded/mail-codec';
import { variants } from './malformed';
import { TierLab, type TierUnderTest } from './tier-lab';

/** One promise; `run` throws when it is broken. */
export interface TierCase {
  readonly name: string;
  run(): void;
}

/**
 * The conformance suite for one tier, for any test runner.
 *
 * @throws nothing by itself; each `run` throws an `AssertionError` that says what was broken.
 * @example
 * import { test } from 'node:test';
 * import { tierCases } from 'tierrarium/testing';
 * const samples = [{ kind: 'echo.ping', round: 1 }];
 * for (const { name, run } of tierCases({ tier: tier(echo), samples })) test(name, run);
 */
export function tierCases(of: TierUnderTest): readonly TierCase[] {
  const named = (name: string, run: (of: TierUnderTest) => void): TierCase => ({
    name: `${of.tier.kind}: ${name}`,
    run: () => run(of),
  });
  return [
    named('there is a valid sample of every message that it accepts', samplesAreValid),
    named('its defaults are a config, spelt out in plain data', defaultsAreConfig),
    named('a config that is wrong is refused with its path', wrongConfigsAreRefused),
    named('a malformed or unknown message is answered with an error and harms nothing', malformedIsAnswered),
    named('whatever it accepts it survives', oddIsSurvived),
    named('an answer is never answered, whatever it says', answersAreNotAnswered),
    named('everything survives the codec, and no body is written to', survivesCodec),
    named('it comes back from its disk, whenever it died', comesBack),
    named('the same seed gives the same history', isDeterministic),
    named('junk leaves nothing behind', junkIsForgotten),
  ];
}

function samplesAreValid({ tier, samples }: TierUnderTest): void {
  for (const message of tier.accepts) {
    assert.ok(
      samples.some((body) => body.kind === message.kind),
      `there is no sample of ${message.kind}`,
    );
  }
  for (const body of samples) {
    const message = tier.accepts.find(({ kind }) => kind === body.kind);
    assert.ok(
      message?.accepts(body),
      `sample ${body.kind}: ${message?.problem(body) ?? 'it does not accept the kind'}`,
    );
  }
}

function defaultsAreConfig({ tier }: TierUnderTest): void {
  const copy: unknown = JSON.parse(JSON.stringify(tier.defaults));
  assert.deepEqual(copy, tier.defaults);
  for (const given of [undefined, {}, freeze(copy)]) assert.deepEqual(tier.configure(given).config, tier.defaults);
}

function wrongConfigsAreRefused(of: TierUnderTest): void {
  const { tier } = of;
  const refused = (config: unknown, path: string): boolean => {
    try {
      tier.configure(config);
      return false;
    } catch (failure) {
      assert.ok(failure instanceof ConfigError, `${JSON.stringify(config)}: ${String(failure)}`);
      assert.ok(
        failure.message.startsWith(path),
        `${JSON.stringify(config)}: "${failure.message}" does not name ${path}`,
      );
      assert.ok(!failure.message.includes('\n'), failure.message);
      return true;
    }
  };
  for (const config of [null, 7, 'fast', []])
    assert.ok(refused(config, 'config'), `${JSON.stringify(config)} was taken`);
  assert.ok(refused({ noSuchSetting: 1 }, 'config.noSuchSetting'), 'a setting that does not exist was taken');
  for (const name of Object.keys(Object(tier.defaults))) {
    const wrong = [null, -1, 0.5, 'what?', {}, [[]]].filter((value) => refused({ [name]: value }, `config.${name}`));
    assert.ok(wrong.length > 0, `any value is taken for config.${name}`);
  }
  const lab = new TierLab(of);
  lab.runtime.perform({ verb: 'configure', node: lab.node, config: { noSuchSetting: 1 } }, (outcome) => {
    assert.equal(outcome.ok, false);
  });
  lab.run();
  assert.equal(lab.status().configVersion, 1);
  lab.healthy();
}

/** The samples with one field each gone or spoilt. */
function spoilt({ tier, samples }: TierUnderTest): readonly ReturnType<typeof variants>[] {
  return samples.flatMap((body) =>
    tier.accepts.filter(({ kind }) => kind === body.kind).map((message) => variants(message, body)),
  );
}

/** Wrong in one field each, and of kinds that nobody has heard of. */
function junkOf(of: TierUnderTest): Body[] {
  const malformed = spoilt(of).flatMap((all) => all.malformed);
  return [...malformed, { kind: 'test.unheard-of' }, { kind: '' }, { kind: 'constructor' }];
}

function malformedIsAnswered(of: TierUnderTest): void {
  const lab = new TierLab(of);
  const before = lab.status().counters.malformed;
  const junk = junkOf(of);
  for (const body of junk)
    assert.equal(lab.ask(body)?.kind, 'error', `${JSON.stringify(body)} was not answered with an error`);
  assert.equal(lab.status().counters.malformed - before, junk.length);
  lab.healthy();
}

function oddIsSurvived(of: TierUnderTest): void {
  const lab = new TierLab(of);
  for (const body of spoilt(of).flatMap(({ odd }) => odd)) {
    lab.say(body);
    lab.run(100);
    lab.healthy();
  }
}

function answersAreNotAnswered(of: TierUnderTest): void {
  const lab = new TierLab(of);
  let re = 0;
  for (const body of [...of.samples, ...junkOf(of), { kind: 'error', reason: 'none' }]) lab.heckle(body, ++re);
  lab.run();
  assert.equal(lab.heckled, 0, 'an answer was answered');
  lab.healthy();
}

function survivesCodec(of: TierUnderTest): void {
  const [writer, reader] = [new MailWriter(), new MailReader()];
  const transit = (mail: Mail): Mail => {
    const arrived: Mail[] = [];
    assert.doesNotThrow(() => {
      const { headers, bodies } = writer.write([mail]);
      reader.read(Buffer.concat([headers, bodies]), (one) => arrived.push(one));
    }, `${mail.body.kind} of ${mail.from} cannot be encoded`);
    const [twin] = arrived;
    assert.ok(twin instanceof Mail);
    assert.deepEqual(twin, mail, `${mail.body.kind} of ${mail.from} is not the same after the codec`);
    freeze(twin.body);
    return twin;
  };
  const [plain, coded] = [new TierLab(of), new TierLab(of, { transit })];
  assert.deepEqual(coded.converse(), plain.converse());
  coded.healthy();
  assert.equal(coded.runtime.hash(), plain.runtime.hash(), 'it behaves otherwise when bodies are copies');
}

function comesBack(of: TierUnderTest): void {
  const lab = new TierLab(of);
  const answers = lab.converse();
  let life = 1;
  for (const torn of [false, true]) {
    if (torn) lab.do({ verb: 'add-fault', fault: Object.assign({ kind: 'torn-disk' }, { node: lab.node }) });
    for (let steps = 0; steps < 24; steps += 3) {
      for (const body of of.samples) lab.say(body);
      for (let step = 0; step < steps; step++) lab.runtime.step();
      lab.do({ verb: 'kill', node: lab.node, stay: true });
      lab.do({ verb: 'restart', node: lab.node });
      lab.run();
      lab.healthy(++life);
    }
  }
  assert.deepEqual(lab.converse(), answers, 'it answers otherwise than in its first life');
  lab.healthy(life);
}

function isDeterministic(of: TierUnderTest): void {
  const run = (seed: number): string[] => {
    const lab = new TierLab(of, { seed });
    const hashes = [lab.runtime.hash() ?? ''];
    lab.converse();
    hashes.push(lab.runtime.hash() ?? '');
    for (const body of of.samples) lab.say(body);
    lab.do({ verb: 'kill', node: lab.node, stay: true });
    lab.do({ verb: 'restart', node: lab.node });
    lab.converse();
    return [...hashes, lab.runtime.hash() ?? ''];
  };
  for (const seed of [1, 2]) assert.deepEqual(run(seed), run(seed), `seed ${seed} gave two histories`);
}

/** How much junk is sent before what is left of it is measured, and again. */
const junkCount = 1_000;

function junkIsForgotten(of: TierUnderTest): void {
  const lab = new TierLab(of);
  const junk = junkOf(of);
  let sent = 0;
  const measured = (): { readonly pending: number; readonly view: number; readonly mailbox: number } => {
    for (let count = 0; count < junkCount; count++) {
      const body = junk[sent % junk.length] ?? { kind: 'junk' };
      lab.say(body);
      lab.say({ kind: `junk-${sent}` });
      lab.heckle(of.samples[sent % of.samples.length] ?? body, 1_000_000 + sent);
      sent++;
    }
    lab.run();
    return { pending: lab.runtime.clock.pending, view: lab.viewSize, mailbox: lab.status().mailbox };
  };
  const before = lab.runtime.clock.pending;
  const [first, second] = [measured(), measured()];
  lab.healthy();
  assert.equal(second.mailbox, 0, 'messages wait for ever');
  assert.ok(second.pending <= before + 10, `${second.pending - before} timers were left behind`);
  const grown = second.view - first.view;
  assert.ok(
    grown <= 100 + first.view / 10,
    `what it exposes grew by ${grown} characters with ${junkCount} messages of junk`,
  );
}

/** No step may write to what it was given. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
