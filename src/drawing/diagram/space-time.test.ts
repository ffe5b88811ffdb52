import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedSite } from '../../testing/simulated-site';
import { plain, width } from '../look';
import { spaceTimeOf } from './space-time';
import { spaceTimeSvg } from './space-time-svg';
import { spaceTimeText } from './space-time-text';

test('a flight runs from where and when it was sent to where and when it arrived', () => {
  const world = simulatedSite();
  world.get('/users/12');
  const { flights, nodes } = spaceTimeOf(world.recent());
  const toBalancer = flights.find(({ from, to }) => from === 'app-1' && to === 'lb-1');
  assert.ok(toBalancer?.endUs !== undefined);
  assert.equal(toBalancer.endUs - toBalancer.sentUs, 5_000);
  assert.deepEqual([toBalancer.text, toBalancer.isAnswer, toBalancer.lost], ['GET /users/12', false, undefined]);
  assert.ok(
    ['app-1', 'lb-1', 'web-1', 'db-1'].every((node) => nodes.includes(node)),
    nodes.join(' '),
  );
  const back = flights.find(({ from, to }) => from === 'lb-1' && to === 'app-1');
  assert.equal(back?.isAnswer, true);
});

test('what is lost ends where it was lost, with the reason; faults and deaths are drawn', () => {
  const world = simulatedSite();
  world.fault({ kind: 'partition', a: 'lb-1', b: 'web-1' });
  world.kill('web-2', { stay: true });
  world.get('/users/12');
  const drawn = spaceTimeOf(world.recent());
  assert.ok(
    drawn.flights.some(({ from, to, lost }) => from === 'lb-1' && to === 'web-1' && lost === 'partition lb-1 | web-1'),
  );
  assert.ok(drawn.marks.some(({ type, text }) => type === 'fault' && text.includes('partition')));
  assert.deepEqual(
    drawn.gaps.map(({ node, type }) => [node, type]),
    [['web-2', 'dead']],
  );
  const text = spaceTimeText(drawn, plain);
  assert.match(text, /✗ partition lb-1/);
  assert.match(text, /═.*partition/);
});

test('a window leaves out what was before, after and between others', () => {
  const world = simulatedSite();
  world.get('/users/1');
  const { nowUs } = world;
  world.get('/users/2');
  const late = spaceTimeOf(world.recent(), { fromUs: nowUs });
  assert.ok(late.flights.every(({ sentUs }) => sentUs >= nowUs));
  assert.ok(late.flights.length > 0);
  const some = spaceTimeOf(world.recent(), { nodes: (node) => node === 'lb-1' || node.startsWith('web') });
  assert.deepEqual(
    [...new Set(some.flights.flatMap(({ from, to }) => [from, to]))].filter((node) => !/^(lb|web)/.test(node)),
    [],
  );
  const few = spaceTimeOf(world.recent(), { flightsMax: 3 });
  assert.equal(few.flights.length, 3);
  assert.ok(few.leftOut > 0);
});

test('as text no line is wider than the look, however many nodes there are', () => {
  const world = simulatedSite();
  world.get('/users/12');
  for (const columns of [40, 60, 80, 120]) {
    const text = spaceTimeText(spaceTimeOf(world.recent()), { columns, colour: false });
    for (const line of text.split('\n')) assert.ok(width(line) <= columns, line);
  }
});

test('the picture is well-formed: every arrow is there, and what people wrote is escaped', () => {
  const world = simulatedSite();
  world.get('/users/12');
  const drawn = spaceTimeOf(world.recent());
  const svg = spaceTimeSvg({
    ...drawn,
    marks: [{ node: undefined, atUs: drawn.fromUs, type: 'fault', text: '<b> & "c"' }],
  });
  assert.equal(svg.match(/marker-end/g)?.length, drawn.flights.length);
  assert.ok(svg.includes('&lt;b&gt; &amp; &quot;c&quot;'));
  assert.ok(!svg.includes('<b>'));
  assert.equal((svg.match(/<title>/g) ?? []).length, (svg.match(/<\/title>/g) ?? []).length);
});
