/**
 * Claim: whoever asks for all rows while they move, and gets an answer, gets each row that is there all the time once.
 */
import { asRecords, sqlFailure, sqlResult } from '../../src/protocols/sql';
import { Violation } from '../../src/testing/judge';
import { type Judge, type Scanned, seedUsers } from './trial';

/** Why a router may give no answer; anything else would be a question that it should have understood. */
const excusable: ReadonlySet<string> = new Set([
  'starting',
  'shard-missing',
  'not-primary',
  'moving',
  'old-map',
  'limit',
  'disk',
]);

export const scans: Judge = {
  healed({ scans: all, phenomena }) {
    for (const scan of all) judge(scan);
    phenomena.saw('a scan got an answer', all.filter(({ answer }) => sqlResult.accepts(answer)).length);
    phenomena.saw('a scan was refused', all.filter(({ answer }) => sqlFailure.accepts(answer)).length);
  },
};

function judge({ atMs, router, answer }: Scanned): void {
  const said = `a scan at ${atMs} ms by ${router}`;
  if (sqlFailure.accepts(answer)) {
    if (!excusable.has(answer.because))
      throw new Violation('scan refused', `${said}: ${answer.because}, ${answer.reason}`);
    return;
  }
  if (!sqlResult.accepts(answer)) return;
  if (answer.route?.missing !== undefined) throw new Violation('rows left out', `${said} left out a shard unasked`);
  const ids = asRecords(answer).map(({ id }) => Number(id));
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw new Violation('row twice', `${said} saw user ${twice} twice`);
  const seen = new Set(ids);
  for (let id = 1; id <= seedUsers; id++) {
    if (!seen.has(id)) throw new Violation('row missed', `${said} did not see user ${id}`);
  }
}
