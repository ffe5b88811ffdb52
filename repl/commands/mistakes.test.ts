import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SimulatedWorld } from '../../src/world/simulated-world';
import { simulatedSession } from '../testing-session';
import { parseTranscript } from '../transcripts/transcript';

/** The lesson on mistakes names every kind of bad input that there is. */
const lesson = readFileSync(join(__dirname, '../transcripts/09-mistakes.txt'), 'utf8');
const lines = parseTranscript(lesson).flatMap((entry) => ('input' in entry ? [entry.input] : []));

/** What somebody can have changed, without the traffic that goes on anyway. */
function shapeOf(world: SimulatedWorld): unknown {
  const { nodes, boxes, faults } = world.census();
  return {
    nodes: nodes.map(({ spec, state, incarnation, configVersion }) => ({ spec, state, incarnation, configVersion })),
    boxes: boxes.map(({ spec, up }) => ({ spec, up })),
    faults,
  };
}

test('after a line that was refused the world is as before, and no time has passed if it could not be read', async () => {
  const session = await simulatedSession();
  try {
    let refused = 0;
    for (const line of lines) {
      const world = session.current.virtual;
      assert.ok(world !== undefined);
      const before = { shape: shapeOf(world), hash: world.hash(), nowUs: world.nowUs };
      const reply = await session.run(line);
      if (reply.ok) continue;
      refused++;
      assert.equal(session.current.virtual, world, line);
      assert.deepEqual(shapeOf(world), before.shape, line);
      assert.ok(reply.problem !== undefined && !reply.problem.includes('\n'), line);
      if (!/\((line \d+, )?column \d+\)$/.test(reply.problem)) continue;
      assert.deepEqual({ hash: world.hash(), nowUs: world.nowUs }, { hash: before.hash, nowUs: before.nowUs }, line);
    }
    assert.ok(refused > 30, `only ${refused} of ${lines.length} lines were refused`);
  } finally {
    await session.close();
  }
});
