/**
 * Why a copy that runs cannot serve: too many of those whose majority it takes to have a primary are dead. Told from the
 * machines' side, since a copy itself knows of the others only that they are silent.
 */
import type { NodeId } from '../kernel/envelope';
import type { Census, NodeStatus } from '../kernel/runtime';
import { poolOf } from '../kernel/topology';
import { isAlive, observersOf, standingOf, storeKinds } from './replicas';

/**
 * @param view what the copy shows of itself; of whom its group is stands in its log, once it has read that.
 * @returns who is dead and what to do next, in one line; `undefined` where that is not why.
 */
export function whyNobodyLeads({ spec }: NodeStatus, view: unknown, census: Census): string | undefined {
  if (!storeKinds.includes(spec.kind)) return undefined;
  const standing = standingOf(view);
  const voters = standing?.members.voters ?? [];
  const pool = census.nodes.flatMap((one) => (poolOf(one.spec) === poolOf(spec) ? [one.spec.id] : []));
  const copies = voters.length > 0 ? voters : pool;
  const observers = observersOf(spec);
  // Who is appointed has to hear from so many that one of them has whatever was acknowledged.
  const needed = observers.length === 0 ? majorityOf(copies) : copies.length - (standing?.copies ?? 1) + 1;
  return (
    missing('copies of its group', copies, needed, census) ??
    missing('observers', observers, majorityOf(observers), census)
  );
}

function majorityOf(ids: readonly NodeId[]): number {
  return Math.floor(ids.length / 2) + 1;
}

function missing(what: string, ids: readonly NodeId[], needed: number, census: Census): string | undefined {
  const dead = census.nodes.filter(({ spec, state }) => ids.includes(spec.id) && !isAlive(state));
  if (ids.length === 0 || ids.length - dead.length >= needed) return undefined;
  const names = dead.map(({ spec }) => spec.id);
  const are = `${named(names, 'and')} ${names.length === 1 ? 'is' : 'are'} dead`;
  const next = new Set(dead.map((status) => revival(status, census)));
  return `of the ${ids.length} ${what} ${are}, and ${needed} have to run; next: ${named([...next], 'or')}`;
}

/** What brings a dead node back: a node can start where its box is up, a box where its host is. */
function revival({ spec, host }: NodeStatus, { boxes, hosts }: Census): string {
  if (hosts.some(({ id, up }) => id === host && !up)) return `restarthost ${host}`;
  if (boxes.some((box) => box.spec.id === spec.box && !box.up)) return `restartbox ${spec.box}`;
  return `restart ${spec.id}`;
}

function named(names: readonly string[], word: 'and' | 'or'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names[names.length - 1]}`;
}
