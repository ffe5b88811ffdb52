/** The simulated runtime keeps what every runtime promises. */
import { test } from 'node:test';
import { cases } from '../conformance';
import { catalogue } from '../conformance/catalogue';
import { Rig, type Stand, settings } from '../conformance/rig';
import { SimulatedRuntime } from './simulated-runtime';

const patienceUs = 600_000_000;

function stand(): Stand {
  const runtime = new SimulatedRuntime({ ...settings, catalogue });
  return {
    runtime,
    async settled<T>(start: (then: (value: T) => void) => void): Promise<T> {
      let settled: { readonly value: T } | undefined;
      start((value) => {
        settled = { value };
      });
      runtime.runTo(runtime.nowUs + patienceUs, () => settled !== undefined);
      if (settled === undefined) throw new Error('it never called back');
      return settled.value;
    },
    async pass(ms) {
      runtime.runTo(runtime.nowUs + Math.round(ms * 1000));
    },
    close: async () => undefined,
  };
}

for (const { name, run } of cases) {
  test(name, async () => {
    const rig = new Rig(stand());
    await run(rig);
    await rig.close();
  });
}
