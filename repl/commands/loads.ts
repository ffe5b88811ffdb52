/**
 * How the loads fare, read from what the clients show of themselves: a look asks nobody and moves no time.
 */
import { type ClientReport, clientReport } from '../../src/protocols/client';
import { Refusal } from '../../src/world/quantities';
import type { AnyWorld } from '../shell/shell';

/** The load of each client that keeps one up or had one in this life. */
export async function loadsOf(world: AnyWorld): Promise<ReadonlyMap<string, ClientReport>> {
  const loads = new Map<string, ClientReport>();
  for (const { id, kind } of world.topology.nodes) {
    if (kind !== 'client') continue;
    const view: unknown = await world.view(id);
    const load = typeof view === 'object' && view !== null && 'load' in view ? view.load : undefined;
    if (clientReport.accepts(load)) loads.set(id, load);
  }
  return loads;
}

/** The load of one client, or the only one there is; a `Refusal` if there is none, or more than one. */
export async function loadOf(world: AnyWorld, client: string | undefined): Promise<ClientReport> {
  const loads = await loadsOf(world);
  const found = [...loads].filter(([id]) => client === undefined || id === client || id.startsWith(`${client}-`));
  const going = found.filter(([, { running }]) => running);
  const [only, another] = going.length > 0 ? going : found;
  if (only === undefined) {
    const who = client === undefined ? 'nobody keeps up a load' : `${client} keeps up no load`;
    throw new Refusal(`${who}; begin one, for example: load 200rps`);
  }
  if (another !== undefined) throw new Refusal(`which one? ${found.map(([id]) => `load --client ${id}`).join(' or ')}`);
  return only[1];
}
