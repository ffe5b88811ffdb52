/**
 * Claim: once a move is over, each row lies in exactly one shard, in the one that the map says; nothing that was there or
 * that somebody was told of is missing; and whoever goes by an older map is refused.
 */
import { asRecords, type SqlExecute, sqlFailure, sqlResult } from '../../src/protocols/sql';
import { Owners } from '../../src/sharding/shard-map';
import type { DrivenWorld } from '../../src/testing/driven-world';
import { Violation } from '../../src/testing/judge';
import { primaryOf, shardsIn } from './sites';
import { ask, type Judge, seedUsers } from './trial';

export const oneOwner: Judge = {
  healed({ world, created, phenomena }, { map }) {
    const found = new Map<number, string>();
    const owners = new Owners(map);
    for (const shard of shardsIn(world)) {
      const primary = primaryOf(world, shard);
      for (const id of idsAt(world, primary)) {
        const other = found.get(id);
        if (other !== undefined) throw new Violation('row twice', `user ${id} lies in ${other} and in ${shard}`);
        found.set(id, shard);
        const owner = owners.ownerOf(id);
        if (owner === shard) continue;
        throw new Violation('row in the wrong shard', `user ${id} lies in ${shard}, and belongs to ${owner}`);
      }
      if (map.version > 1 && refuses(world, primary, 1)) phenomena.saw('an old map was refused');
    }
    for (let id = 1; id <= seedUsers; id++) {
      if (!found.has(id)) throw new Violation('row lost', `user ${id} lies in no shard`);
    }
    const ids = created.map(({ id }) => id);
    if (new Set(ids).size < ids.length) throw new Violation('id given twice', ids.join(', '));
    const lost = ids.find((id) => !found.has(id));
    if (lost !== undefined) {
      throw new Violation('row lost', `user ${lost}, whose creation was acknowledged, lies in no shard`);
    }
  },
};

function idsAt(world: DrivenWorld, primary: string): readonly number[] {
  const question: SqlExecute = { kind: 'sql.execute', statement: 'SELECT id FROM users', parameters: [] };
  const answer = ask(world, primary, question);
  if (answer !== undefined && sqlResult.accepts(answer)) return asRecords(answer).map(({ id }) => Number(id));
  throw new Violation('does not answer', `${primary} was asked for its users: ${JSON.stringify(answer)}`);
}

/** Whether a shard refuses whoever goes by such a version of the map. */
function refuses(world: DrivenWorld, primary: string, map: number): boolean {
  const question: SqlExecute = { kind: 'sql.execute', statement: 'SELECT 1', parameters: [], map };
  const answer = ask(world, primary, question);
  return answer !== undefined && sqlFailure.accepts(answer) && answer.because === 'old-map';
}
