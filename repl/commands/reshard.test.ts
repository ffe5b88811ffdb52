/** Moves of keys from the prompt, on the stage that is about them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../session';
import { simulatedSession } from '../testing-session';

async function on(stage: string, work: (session: Session, text: (line: string) => Promise<string>) => Promise<void>) {
  const session = await simulatedSession({}, { stage, hosts: 3 });
  const text = async (line: string): Promise<string> => {
    const { text: shown, problem } = await session.run(line);
    return (problem ?? shown).replaceAll(/\s+/g, ' ');
  };
  try {
    await work(session, text);
  } finally {
    await session.close();
  }
}

test('a shard is added and taken away while users are served, and it is told what moved', async () => {
  await on('sharding', async (session, text) => {
    assert.equal(await text('reshard'), 'nothing moves, and nothing has moved (sql)');
    await session.run('load 50rps --writes 20%');
    assert.match(
      await text('reshard +1'),
      /^sql \+1 shard ordering .* run 5s lets time pass, reshard shows how it goes/,
    );
    const done = await text('reshard --wait');
    assert.match(done, /^sql \+1 shard done 800 of 1,000 keys moved: 80\.0%; theory says 80\.0% ± 2\.5%/);
    assert.match(await text('ls'), /db-15 shard-5 running/);
    assert.match(await text('reshard -1 --wait'), /^sql remove shard-5 done 800 of 1,000 keys moved/);
    assert.doesNotMatch(await text('ls'), /shard-5/);
    const report = await text('load stop');
    assert.match(report, /were answered well \(100%\)/);
  });
});

test('a move is slowed down, paused and given up; what cannot be is refused', async () => {
  await on('sharding', async (_session, text) => {
    assert.match(await text('reshard to rendezvous --rate 200/s'), /^sql to rendezvous ordering/);
    await text('run 2s');
    assert.match(
      await text('reshard'),
      /^sql to rendezvous moving █+░+ \d+ of 24 slices, \d+ keys over shard-\d → shard-\d/,
    );
    assert.match(await text('reshard split shard-1'), /the move 'to rendezvous' is under way/);
    assert.match(await text('reshard pause'), /^sql to rendezvous paused/);
    assert.match(await text('reshard --wait'), /it is paused: reshard resume --wait goes on with it/);
    await text('run 1s');
    const paused = await text('reshard');
    await text('run 5s');
    assert.equal(await text('reshard'), paused);
    assert.match(await text('reshard rate full'), /paused/);
    assert.match(await text('reshard abort --wait'), /^sql to rendezvous aborted back to where it was$/);
    assert.match(await text('reshard abort'), /nothing moves: there is nothing to abort/);
    assert.match(await text('reshard to modulo'), /it is modulo already/);
    assert.match(await text('reshard remove shard-9'), /there is no group shard-9/);
    assert.match(await text('reshard 2'), /write \+2 for more shards/);
    assert.match(await text('reshard to hash'), /there is no method hash \(methods: modulo, ring/);
    assert.match(await text('reshard --rate 5/s'), /--rate is for a new move/);
    assert.match(await text('reshard --wait'), /nothing moves: there is nothing to wait for/);
  });
});

test('where nothing is sharded, that is said', async () => {
  await on('load-balanced', async (_session, text) => {
    assert.equal(await text('reshard'), 'nothing is sharded here');
    assert.match(await text('reshard +1'), /nothing is sharded here/);
  });
});
