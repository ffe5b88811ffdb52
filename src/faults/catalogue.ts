/**
 * Every kind of fault by its name. A new one is a file beside this and a line here.
 */
import type { FaultKind } from '../kernel/rule';
import { drift } from './drift';
import { drop } from './drop';
import { duplicate } from './duplicate';
import { failingDisk } from './failing-disk';
import { hold } from './hold';
import { isolate } from './isolate';
import { partition } from './partition';
import { reorder } from './reorder';
import { skew } from './skew';
import { slow } from './slow';
import { slowDisk } from './slow-disk';
import { throttle } from './throttle';
import { tornDisk } from './torn-disk';

const kinds: readonly FaultKind[] = [
  partition,
  isolate,
  slow,
  hold,
  drop,
  duplicate,
  reorder,
  throttle,
  skew,
  drift,
  slowDisk,
  failingDisk,
  tornDisk,
];

/** Hand it to a runtime as part of its catalogue. */
export const faults: ReadonlyMap<string, FaultKind> = new Map(kinds.map((kind) => [kind.kind, kind]));
