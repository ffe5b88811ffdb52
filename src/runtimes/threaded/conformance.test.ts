/** The threaded runtime keeps what every runtime promises. */
import { after, before, test } from 'node:test';
import { cases } from '../conformance';
import { Rig, type Stand, settings } from '../conformance/rig';
import { launchRuntime } from './threaded-runtime';

/** One world for all: threads take longer to start than most cases take to run. */
let stand: Stand;

before(async () => {
  const runtime = await launchRuntime({ ...settings, modules: [require.resolve('../conformance/catalogue')] });
  stand = {
    runtime,
    settled: (start) => new Promise((resolve) => start(resolve)),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: () => runtime.close(),
  };
});

after(() => stand.close());

for (const { name, run } of cases) {
  test(name, { timeout: 120_000 }, async () => {
    const rig = new Rig(stand);
    try {
      await run(rig);
    } finally {
      await rig.close();
    }
  });
}
