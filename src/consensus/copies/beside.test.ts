/** What is replicated beside a store's contents: in the same log and the same snapshots, and the store need not know. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { machine } from '../../kernel/machine';
import { type BodyOf, message, parseConfig, type Static, Type } from '../../kernel/schema';
import { freeService } from '../../kernel/service';
import { ownPool, type Tier, tier } from '../../kernel/tier';
import { box, node, outside, together } from '../../stages/stage';
import { Site } from '../../testing/simulated-site';
import { catalogue } from '../../world/product';
import type { Beside, Contents } from './contents';
import { type CopiesIn, type CopiesOut, copiesMessages } from './conversation';
import { besideCommand, besideIn, joined, parted } from './frame';
import { copiesDefaults, copiesSettings } from './settings';
import { ReplicatedStore } from './store';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (data: Uint8Array): string => Buffer.from(data).toString();

test('commands and snapshots are told apart by their first byte, and alone they are as they were', () => {
  assert.equal(besideIn(bytes('[1]')), undefined);
  assert.equal(text(besideIn(besideCommand(bytes('own'))) ?? bytes('')), 'own');
  assert.equal(joined(bytes('SQLite'), bytes('')).length, 6);
  const { contents, beside } = parted(joined(bytes('SQLite'), bytes('map 7')));
  assert.deepEqual([text(contents), text(beside)], ['SQLite', 'map 7']);
  const alone = parted(bytes('SQLite'));
  assert.deepEqual([text(alone.contents), alone.beside.length], ['SQLite', 0]);
});

/** Texts in the order in which they were said. */
class Words implements Contents<string>, Beside<string> {
  readonly noun = 'list of words';
  said: string[] = [];
  founding = (): Uint8Array => bytes('-');
  install = (data: Uint8Array): void => {
    this.said = text(data).split(' ').slice(1);
  };
  apply = (command: Uint8Array, position: number): string => {
    this.said.push(text(command));
    return `${text(command)} at ${position}`;
  };
  serialize = (): Uint8Array => (this.said.length === 0 ? this.empty : bytes(['-', ...this.said].join(' ')));
  digest = (): string => this.said.join(' ');
  lost = (command: Uint8Array) => ({ id: text(command), statements: [] });

  constructor(private readonly empty: Uint8Array) {}
}

const say = message('words.say', { word: Type.String(), aside: Type.Boolean() });
const said = message('words.said', { text: Type.String() });
type WordsIn = BodyOf<typeof say> | CopiesIn;
type WordsOut = BodyOf<typeof said> | CopiesOut;
const config = Type.Object(copiesSettings);
const defaults: Static<typeof config> = copiesDefaults;

class Unheard extends Error {}

const words: Tier<Static<typeof config>, WordsIn, WordsOut> = {
  kind: 'words',
  summary: 'keeps words',
  port: 99,
  defaults,
  parse: parseConfig(config, defaults),
  accepts: [say, ...copiesMessages],
  upstreams: () => [{ peers: ownPool }],
  service: () => freeService,
  behave: (live) =>
    machine<WordsIn, WordsOut, ReplicatedStore<string, string>>(
      (turn) => {
        const [contents, beside] = [new Words(bytes('-')), new Words(bytes(''))];
        const store = new ReplicatedStore<string, string>(turn, live, {
          contents,
          beside,
          refusal: (_because, reason) => new Unheard(reason),
          answer: (_mail, work) => work(),
        });
        turn.node.report.expose(() => ({ contents: contents.said, beside: beside.said, ...store.view }));
        store.begin();
        return store;
      },
      (store, mail, turn) => {
        const { body } = mail;
        if (body.kind !== 'words.say') return store.handle(mail, body);
        const done = (ended: { readonly end: string; readonly outcome?: string }): void =>
          turn.reply(mail, { kind: 'words.said', text: `${ended.end}: ${ended.outcome ?? ''}` });
        if (body.aside) store.proposeBeside(bytes(body.word), done);
        else store.propose(bytes(body.word), done);
      },
    ),
};

function wordSite(): Site {
  const group = ['words-1', 'words-2', 'words-3'];
  const copies = {
    boxes: group.map((id, at) => box(`box-${id}`, `10.0.0.${at + 1}`)),
    nodes: group.map((id) => node(id, 'words', `box-${id}`, { group, snapshotEntries: 3 })),
  };
  const tiers = new Map(catalogue.tiers).set('words', tier(words));
  const site = new Site('words', together(copies, outside('203.0.113.10')), { catalogue: { ...catalogue, tiers } });
  site.run('3s');
  return site;
}

function sentence(word: string): BodyOf<typeof say> {
  return { kind: 'words.say', word, aside: word < 'a' };
}

function primaryOf(site: Site): string {
  const standing = site.ask('words-1', { kind: 'replication.status' });
  return 'primary' in standing && typeof standing.primary === 'string' ? standing.primary : '';
}

describe('a store with something beside it', () => {
  test('both are decided in one log, answered apart, and in the snapshot that a newcomer gets', () => {
    const site = wordSite();
    const primary = primaryOf(site);
    const answers = ['a', 'B', 'c', 'D', 'e', 'F', 'g'].map((word) =>
      JSON.stringify(site.ask(primary, sentence(word))),
    );
    assert.match(answers[0] ?? '', /decided: a at \d+/);
    assert.match(answers[1] ?? '', /decided: B at \d+/);
    const positions = answers.map((answer) => Number(/at (\d+)/.exec(answer)?.[1]));
    assert.deepEqual(
      positions.map((position) => position - (positions[0] ?? 0)),
      [0, 1, 2, 3, 4, 5, 6],
    );
    const late = site.spawn('words', { config: { group: [] } });
    site.killBox(`box-${primary}`);
    site.run('10s');
    for (const id of ['words-1', 'words-2', 'words-3', late]) {
      const view = JSON.stringify(site.view(id));
      assert.match(view, /"contents":\["a","c","e","g"\],"beside":\["B","D","F"\]/, id);
    }
  });
});
