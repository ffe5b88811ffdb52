import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OperationEvent, WorldEvent } from '../../kernel/events';
import { splitId } from '../../kernel/topology';
import { simulatedSite } from '../../testing/simulated-site';
import { plain, width } from '../look';
import { around } from './around';
import type { Concern } from './cone';
import { spaceTimeText } from './space-time-text';

/** A crowd at work, and one of its operations in the middle of it. */
function busySite(writes: number): { events: WorldEvent[]; steps: OperationEvent[]; nodes: ReadonlySet<string> } {
  const site = simulatedSite({ seed: 3 });
  const events: WorldEvent[] = [];
  site.events.subscribe((event) => events.push(event));
  site.load({ loop: 'open', ratePerS: 200, arrivals: 'poisson' }, { writes, users: 3 });
  site.run('1s');
  site.fault({ kind: 'partition', a: 'lb-1', b: 'web-2' });
  site.killHost(2, { stay: true });
  site.run('300ms');
  site.restartHost(2);
  site.run('1s');
  const steps = events.filter((event) => event.type === 'operation');
  return { events, steps, nodes: new Set(site.topology.nodes.map(({ id }) => id)) };
}

/** What was called, and how it ended. */
function callsOf(steps: readonly OperationEvent[]): (Concern & { readonly outcome: string | undefined })[] {
  return steps.flatMap(({ atUs, operation: { process, phase } }, at) => {
    if (phase !== 'invoke') return [];
    const end = steps.slice(at + 1).find((step) => step.operation.process === process);
    return [{ process, calledAtUs: atUs, endedAtUs: end?.atUs, outcome: end?.operation.phase }];
  });
}

describe('the diagram of a failure', () => {
  test('shows the operations concerned and nothing of the many others, and what befell the site meanwhile', () => {
    const { events, steps, nodes } = busySite(0);
    const good = callsOf(steps).filter(({ outcome }) => outcome === 'ok');
    const about = [good[60], good.at(-10)].flatMap((concern) => concern ?? []);
    const atUs = about[1]?.endedAtUs ?? 0;
    const drawn = around(events, { what: 'stale', about, atUs, nodes });
    const ways = drawn.flights.map(({ from, to }) => `${splitId(from).kind} ${splitId(to).kind}`);
    const way = ['crowd lb', 'lb web', 'web db', 'db web', 'web lb', 'lb crowd'];
    assert.deepEqual(ways, [...way, ...way]);
    const texts = drawn.marks.map(({ text }) => text);
    assert.equal(texts.filter((text) => / (invoke|ok) read /.test(text)).length, 4);
    assert.ok(texts.some((text) => text === 'added: partition lb-1 | web-2'));
    assert.ok(
      texts.some((text) => /^host-2, box-.* down; .*killed$/.test(text)),
      texts.join('\n'),
    );
    assert.equal(texts.at(-1), '✗ stale');
    const lines = spaceTimeText(drawn, plain).split('\n');
    assert.ok(lines.length <= 40, `${lines.length} lines`);
    for (const line of lines) assert.ok(width(line) <= 80, line);
  });

  test('is bounded: of a long operation it shows how it began and how it ended, of many operations the last', () => {
    const { events, steps, nodes } = busySite(1);
    const about = callsOf(steps);
    const atUs = events.at(-1)?.atUs ?? 0;
    const drawn = around(events, { what: 'x', about, atUs, nodes, flightsMax: 8, marksMax: 3 });
    assert.ok(drawn.flights.length <= 8);
    assert.ok(drawn.leftOut > 0);
    const befell = drawn.marks.filter(({ type }) => !['call', 'end', 'violation'].includes(type));
    assert.equal(befell.length, 3);
    assert.ok(
      befell.every(({ atUs: whenUs }) => whenUs > 1_300_000),
      'the last that befell it',
    );
    assert.ok(spaceTimeText(drawn, plain).split('\n').length <= 40);
  });

  test('that is about no operation shows those that ended last, else the newest messages; where nothing was said, what befell the site', () => {
    const { events, nodes } = busySite(0);
    const atUs = 500_000;
    const late = around(events, { what: 'death', about: [], atUs, nodes });
    assert.equal(late.marks.filter(({ type }) => type === 'end').length, 2, 'what ended last');
    const unsaid = events.filter(({ type }) => type !== 'operation');
    const drawn = around(unsaid, { what: 'death', about: [], atUs, nodes, flightsMax: 5 });
    assert.equal(drawn.flights.length, 5);
    assert.ok(drawn.flights.every(({ endUs = 0 }) => endUs <= atUs));
    const silent = around(
      events.filter(({ type }) => type === 'life'),
      { what: 'death', about: [], atUs: 2_000_000, nodes },
    );
    assert.match(spaceTimeText(silent, plain), /══ host-2, .* killed\n.*✗ death/s);
  });
});
