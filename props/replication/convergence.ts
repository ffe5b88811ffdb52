/**
 * Claim: what a copy has decided is a part of the log of whoever leads it; whoever has applied the log up to the same
 * place holds the same data, at any time; and once all is mended, all copies are equal.
 */
import { replicationDigested } from '../../src/protocols/replication';
import { Violation } from '../../src/testing/judge';
import { copiesIn, digestAt, type Judge } from './trial';

export const convergence: Judge = {
  unhealed({ world }) {
    const { primary, copies } = world.replicas();
    const leader = copies.find(({ node }) => node === primary)?.standing;
    for (const { node, standing: own } of copies) {
      if (leader === undefined || own === undefined || own.term !== leader.term) continue;
      if (own.committed <= leader.lastIndex) continue;
      const text = `${node} has decided up to ${own.committed} in term ${own.term}, ${primary} has ${leader.lastIndex}`;
      throw new Violation('no prefix', text);
    }
  },
  healed({ world, probed, phenomena }) {
    const { primary, all } = copiesIn(world);
    const digests = new Map<string, { readonly digest: string; readonly who: string }>();
    const compare = (place: string, digest: string, who: string): void => {
      const other = digests.get(place);
      if (other === undefined) digests.set(place, { digest, who });
      else if (other.digest !== digest) throw new Violation('copies differ', `at ${place}: ${other.who} and ${who}`);
      else if (other.who.split(' ')[0] !== who.split(' ')[0]) phenomena.saw('two copies were compared on their way');
    };
    for (const { answer, node, atMs } of probed) {
      if (!replicationDigested.accepts(answer)) continue;
      compare(`entry ${answer.position} of term ${answer.term}`, answer.digest, `${node} at ${atMs} ms`);
    }
    const { digest: theirs } = digestAt(world, primary);
    for (const node of all) {
      const { position, term, digest } = digestAt(world, node);
      compare(`entry ${position} of term ${term}`, digest, `${node} at rest`);
      if (digest !== theirs) throw new Violation('copies differ', `${node} and ${primary}, once all is at rest`);
    }
  },
};
