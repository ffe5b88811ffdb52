// Who may import whom. Each arrow of the house is one rule; type imports count, since they too tie files together.
// Tests may reach across layers (a kernel test may run a simulated world), but nothing may import a test.

const ours = '^(src|repl|props|bench)/';
const test = '[.]test[.]ts$';
const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: test },
  to: { path: ours, pathNot: [from, ...allowed] },
});
const below = ['^src/kernel/', '^src/algorithms/', '^src/protocols/'];
const beside = ['^src/consensus/', '^src/sharding/', '^src/workload/', '^src/checking/'];
const behaviours = '^src/(kernel|algorithms|protocols|consensus|sharding|workload|checking|tiers|faults)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('kernel-stands-alone', '^src/kernel/', [], 'The kernel imports nothing of ours: everything stands on it.'),
    layer('algorithms-stand-alone', '^src/algorithms/', [], 'Algorithms are pure: they know no message and no node.'),
    layer(
      'protocols-know-kernel-and-algorithms',
      '^src/protocols/',
      below,
      'A protocol is a conversation: message types on top of the kernel, whoever holds it.',
    ),
    layer('consensus-knows-protocols', '^src/consensus/', below, 'A consensus core speaks messages; the tier acts.'),
    layer('sharding-knows-protocols', '^src/sharding/', below, 'Who has which key is a pure question; the tier acts.'),
    layer('workload-knows-protocols', '^src/workload/', below, 'Workloads speak to a site as any client does.'),
    layer('checking-knows-protocols', '^src/checking/', below, 'A checker sees histories, never the tier it judges.'),
    layer(
      'drawing-knows-protocols',
      '^src/drawing/',
      below,
      'Text and pictures of what happened, for the shell and the test kit alike: events and a look in, text out.',
    ),
    layer(
      'tiers-know-what-is-below',
      '^src/tiers/',
      [...below, ...beside],
      'A tier is written once for every runtime: it knows no runtime, stage or fault.',
    ),
    {
      name: 'tiers-meet-in-protocols',
      comment:
        'Tiers never import each other; what two of them share is a protocol. The catalogue alone lists them all.',
      severity: 'error',
      from: { path: '^src/tiers/([^/]+)/', pathNot: test },
      to: { path: '^src/tiers/', pathNot: '^src/tiers/$1/' },
    },
    layer(
      'stages-know-tiers-and-below',
      '^src/stages/',
      [...below, ...beside, '^src/tiers/'],
      'A stage is plain data and text: it runs nothing.',
    ),
    layer(
      'faults-know-kernel-and-algorithms',
      '^src/faults/',
      ['^src/kernel/', '^src/algorithms/'],
      'A fault judges envelopes, whatever they say.',
    ),
    layer(
      'runtimes-know-no-tier',
      '^src/runtimes/',
      ['^src/kernel/', '^src/faults/', '^src/algorithms/', '^src/start/'],
      'A runtime interprets behaviours: the catalogue is handed to it, it knows no tier, stage or protocol by name.',
    ),
    layer(
      'worlds-put-the-house-together',
      '^src/world/',
      [...below, ...beside, '^src/tiers/', '^src/stages/', '^src/faults/', '^src/runtimes/', '^src/drawing/'],
      'A world is a topology on a runtime with verbs: the one place in the library that knows all parts.',
    ),
    {
      name: 'runtimes-do-not-meet',
      comment: 'The runtimes share what lies beside them, which knows none of them; they never know each other.',
      severity: 'error',
      from: { path: '^src/runtimes/([^/]+)/', pathNot: test },
      to: { path: '^src/runtimes/(simulated|threaded|clustered)/', pathNot: '^src/runtimes/$1/' },
    },
    {
      name: 'library-stands-alone',
      comment: 'The library does not know its shell, its properties or its benchmarks, and neither do its tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(repl|props|bench)/' },
    },
    {
      name: 'repl-ships-alone',
      comment: 'The shell is shipped; properties and benchmarks are not.',
      severity: 'error',
      from: { path: '^repl/', pathNot: test },
      to: { path: '^(props|bench)/' },
    },
    {
      name: 'no-circles',
      comment: 'Two files that import each other, if only for a type, are one file or three.',
      severity: 'error',
      from: { path: ours },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that imports nobody is forgotten.',
      severity: 'error',
      from: {
        orphan: true,
        path: ours,
        pathNot: [
          test,
          '[.]d[.]c?ts$',
          '^src/(index|testing)[.]ts$',
          '^repl/main[.]ts$',
          '^(props|bench)/[^/]+[.](ts|cjs)$',
        ],
      },
      to: {},
    },
    {
      name: 'tests-are-leaves',
      comment: 'What two tests share is a helper file beside them, not a test.',
      severity: 'error',
      from: {},
      to: { path: test },
    },
    {
      name: 'behaviours-touch-only-their-context',
      comment: 'Time, chance, disk and threads are handed over. Of Node itself only zlib, for its crc32.',
      severity: 'error',
      from: { path: behaviours, pathNot: test },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?zlib$' },
    },
    {
      name: 'sqlite-lives-in-the-database',
      comment: 'SQL is the state machine of one tier; nobody else opens it, but to measure that tier against it.',
      severity: 'error',
      from: {
        path: ours,
        pathNot: [
          '^src/tiers/database/',
          '^bench/database[.]ts$',
          '^(src/sharding/sql/scratch|props/sharding-sql/[^/]+)[.]ts$',
        ],
      },
      to: { path: '(^|/)node_modules/(@types/)?better-sqlite3/' },
    },
    {
      name: 'threads-live-in-the-threaded-runtime',
      comment:
        'Who else starts threads starts something that no runtime can kill, count or clean up; the compiler at the prompt has one of its own, and a soak one per core.',
      severity: 'error',
      from: {
        path: ours,
        pathNot: [
          '^src/runtimes/threaded/',
          '^repl/typescript/',
          '^bench/',
          '^props/(transpile[.]cjs$|soak[./])',
          test,
        ],
      },
      to: { path: '^((node:)?worker_threads$)|(^|/)node_modules/piscina/' },
    },
    {
      name: 'shipped-code-uses-shipped-packages',
      comment: 'What a user installs must hold what src and repl import. Types vanish at build time.',
      severity: 'error',
      from: { path: '^(src|repl)/', pathNot: test },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '/node_modules/@types/|^node_modules/@types/',
      },
    },
    {
      name: 'packages-are-named',
      comment: 'An import that package.json does not name, or that is not there, works by luck.',
      severity: 'error',
      from: { path: ours },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: { path: ours },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'require', 'default', 'types'] },
  },
};
