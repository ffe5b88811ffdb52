/** Ketama is what others say it is: one by hand with Node's MD5, and npm's hashring, which memcached's client for Node uses. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import HashRing from 'hashring';
import { ketamaHash, ketamaRing } from './ketama';
import { md5 } from './md5';

const digest = (text: string): Buffer => createHash('md5').update(text).digest();
const servers = (count: number): string[] => Array.from({ length: count }, (_, i) => `10.0.1.${i + 1}:11211`);

describe('MD5', () => {
  test('is that of RFC 1321, whatever the length and the letters', () => {
    const texts = [
      '',
      'a',
      'message digest',
      ...Array.from({ length: 140 }, (_, i) => 'ä'.repeat(i % 9) + 'x'.repeat(i)),
    ];
    for (const text of texts) {
      const expected = digest(text);
      assert.deepEqual(
        md5(text),
        [0, 4, 8, 12].map((at) => expected.readUInt32LE(at)),
        text,
      );
    }
  });
});

describe('ketama', () => {
  test('points are the words of the digests of server-0 to server-39', () => {
    const names = servers(3);
    const points = names.flatMap((name, place) =>
      Array.from({ length: 40 }, (_, i) =>
        [0, 4, 8, 12].map((at) => [digest(`${name}-${i}`).readUInt32LE(at), place]),
      ).flat(),
    );
    points.sort(([a = 0], [b = 0]) => a - b);
    const ring = ketamaRing(names);
    assert.equal(ring.continuum.size, 480);
    assert.deepEqual(
      points.map(([at = 0]) => ring.continuum.placeAt(ring.continuum.after(at))),
      points.map(([, place]) => place),
    );
    assert.equal(ketamaHash('foo'), digest('foo').readUInt32LE(0));
  });

  for (const count of [1, 2, 3, 5, 8, 16]) {
    test(`hashring finds the same among ${count} servers`, () => {
      const names = servers(count);
      const [ring, peer] = [ketamaRing(names), new HashRing(names)];
      for (let i = 0; i < 2_000; i++) assert.equal(names[ring.locate(`user:${i}`)], peer.get(`user:${i}`), `user:${i}`);
    });
  }

  test('and with weights', () => {
    const weights = {
      '10.0.1.1:11211': { weight: 50 },
      '10.0.1.2:11211': { weight: 100 },
      '10.0.1.3:11211': { weight: 250 },
    };
    const names = Object.keys(weights);
    const [ring, peer] = [ketamaRing(names, [50, 100, 250]), new HashRing(weights)];
    for (let i = 0; i < 2_000; i++) assert.equal(names[ring.locate(`user:${i}`)], peer.get(`user:${i}`), `user:${i}`);
  });

  test('rounds as C does: with 61 equal servers each loses a digest, otherwise none does', () => {
    for (let count = 1; count <= 100; count++) {
      assert.equal(ketamaRing(servers(count)).continuum.size, (count === 61 ? 156 : 160) * count);
    }
  });
});
