/** What the observer that decides does: leases, promotions, and how much of each has to be certain first. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NodeId } from '../../kernel/envelope';
import type { Members, RaftPromised } from '../../protocols/raft';
import { Coordinator } from './coordinator';
import { type Decision, decide, type Standing, undecided } from './decisions';
import type { CoordinatorSettings } from './settings';

const settings: CoordinatorSettings = {
  leaseMs: 1_000,
  clockDriftMax: 0.1,
  retryMs: 200,
  appointedMs: 800,
  undecidedMs: 600,
  graceMs: 500,
  ifLossPossible: 'promote',
};
const nodes = ['db-1', 'db-2', 'db-3'];

/** A coordinator whose decisions are agreed on at once, with everything that it says and does in lists. */
class Post {
  standing: Standing;
  nowMs = 0;
  said: string[] = [];
  readonly acts: string[] = [];
  /** Who answers the observer. */
  answering: readonly NodeId[] = [];
  private readonly proposals: Decision[] = [];
  readonly coordinator: Coordinator;

  constructor(standing: Standing = undecided, more: Partial<CoordinatorSettings> = {}) {
    this.standing = standing;
    this.coordinator = new Coordinator(
      'observer-1',
      () => ({ ...settings, ...more }),
      {
        propose: (decision) => void this.proposals.push(decision),
        say: (to, { kind, term, ...more }) => {
          const isForced = 'isForced' in more && more.isForced === true;
          this.said.push(`${kind} ${term} to ${to}${isForced ? ' by force' : ''}`);
        },
        act: (what, why) => void this.acts.push(`${what}: ${why}`),
        dataNodes: () => nodes,
        hasAnswered: (node) => this.answering.includes(node),
      },
      standing,
      0,
    );
    this.wait(0);
  }

  /** Time goes by; what wants to be done then is done. */
  wait(ms: number): this {
    const untilMs = this.nowMs + ms;
    for (;;) {
      this.agree();
      const { wakeAtMs } = this.coordinator;
      if (wakeAtMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, wakeAtMs);
      this.coordinator.tick(this.nowMs);
    }
    this.nowMs = untilMs;
    return this;
  }

  promised(from: NodeId, lastIndex: number, more: Partial<RaftPromised> = {}): this {
    this.coordinator.promised(from, report(this.standing.term, lastIndex, more), this.nowMs);
    return this.wait(0);
  }

  renew(from: NodeId, term = this.standing.term, lastIndex = 10, commitIndex = lastIndex): string {
    const renewal = { kind: 'observers.renew', term, lastIndex, commitIndex, members: members(2) } as const;
    const answer = this.coordinator.renewed(from, renewal, this.nowMs);
    return answer.kind === 'observers.granted' ? `granted ${Math.round(answer.leaseMs)} ms` : answer.reason;
  }

  private agree(): void {
    for (let next = this.proposals.shift(); next !== undefined; next = this.proposals.shift()) {
      this.standing = decide(this.standing, next);
      this.coordinator.decided(this.standing, this.nowMs);
    }
  }
}

function members(copies: number): Members {
  return { voters: nodes, learners: [], copies };
}

function report(term: number, lastIndex: number, more: Partial<RaftPromised>): RaftPromised {
  const log = { lastIndex, lastTerm: 1, commitIndex: lastIndex, membersIndex: 0, membersTerm: 0 };
  return { kind: 'raft.promised', term, ...log, members: members(2), ...more };
}

const led: Standing = { term: 3, openedBy: 'observer-2', reason: '', primary: 'db-1', gaps: [] };

describe('a promotion', () => {
  test('opens a term, asks for promises, names the most advanced and only then tells it', () => {
    const post = new Post();
    assert.deepEqual([post.standing.term, post.standing.openedBy], [1, 'observer-1']);
    assert.deepEqual(post.said, ['raft.promise 1 to db-1', 'raft.promise 1 to db-2', 'raft.promise 1 to db-3']);
    post.promised('db-2', 7);
    assert.equal(post.standing.primary, undefined, 'one promise of three is not enough for two copies');
    post.promised('db-3', 9);
    assert.equal(post.standing.primary, 'db-3');
    assert.equal(post.said.at(-1), 'raft.appoint 1 to db-3');
    assert.match(post.acts[0] ?? '', /^promote db-3: a new store; it leads from term 1 on$/);
  });

  test('asks for as many as the last primary said are needed, whatever those say who were away since', () => {
    const post = new Post(led);
    const known = { members: members(2), membersIndex: 8, membersTerm: 1 };
    const renewal = {
      kind: 'observers.renew',
      term: 3,
      lastIndex: 9,
      commitIndex: 9,
      members: members(2),
      known,
    } as const;
    post.coordinator.renewed('db-1', renewal, 0);
    post.wait(3_000).promised('db-3', 4, { members: members(1) });
    assert.match(post.coordinator.underWay ?? '', /needs 2 promises of db-1, db-2, db-3/);
  });

  test('waits and says why while too few can be had, and asks again', () => {
    const post = new Post();
    post.promised('db-2', 7).wait(5_000);
    assert.equal(post.standing.primary, undefined);
    assert.match(post.coordinator.underWay ?? '', /^term 1: .*needs 2 promises of db-1, db-2, db-3/);
    assert.ok(post.said.filter((one) => one === 'raft.promise 1 to db-1').length > 20);
    assert.ok(!post.said.slice(3).includes('raft.promise 1 to db-2'), 'who has promised is not asked again');
  });

  test('with one copy it waits for everybody a while, then promotes the most advanced and says what is at risk', () => {
    const one = { members: members(1) };
    const post = new Post();
    post.promised('db-2', 7, one).promised('db-3', 9, one).wait(400);
    assert.equal(post.standing.primary, undefined);
    post.wait(101);
    assert.equal(post.standing.primary, 'db-3');
    assert.match(post.acts[0] ?? '', /what only db-1 holds is lost unless it is recovered/);
    const patient = new Post(undecided, { ifLossPossible: 'wait' });
    patient.promised('db-2', 7, one).promised('db-3', 9, one).wait(10_000);
    assert.equal(patient.standing.primary, undefined);
  });

  test('a data node that has seen a later term makes it open one beyond', () => {
    const post = new Post();
    post.coordinator.outdated(8);
    post.wait(0);
    assert.equal(post.standing.term, 9);
  });

  test('a report of another term does not count', () => {
    const post = new Post();
    post.coordinator.promised('db-2', report(5, 7, {}), 0);
    post.promised('db-3', 9);
    assert.equal(post.standing.primary, undefined);
  });

  test('who was appointed and does not renew is given up; until then it is told again', () => {
    const post = new Post();
    post.promised('db-2', 7).promised('db-3', 9).wait(799);
    assert.equal(post.standing.term, 1);
    assert.ok(post.said.filter((one) => one === 'raft.appoint 1 to db-3').length >= 4);
    post.wait(1);
    assert.equal(post.standing.term, 2);
    assert.match(post.standing.reason, /db-3 was appointed and does not lead/);
  });
});

describe('a lease', () => {
  test('is shorter for the primary than for the observers, by what both clocks may be off', () => {
    const post = new Post(led);
    assert.equal(post.renew('db-1'), 'granted 818 ms');
  });

  test('is granted to nobody else, and not in another term', () => {
    const post = new Post(led);
    assert.match(post.renew('db-2'), /db-1 is the primary, since term 3/);
    assert.match(post.renew('db-1', 2), /db-1 is the primary, since term 3/);
  });

  test('that is renewed keeps everything as it is; one that is not ends in a new term', () => {
    const post = new Post(led);
    for (let i = 0; i < 10; i++) {
      post.renew('db-1');
      post.wait(900);
    }
    assert.equal(post.standing.term, 3);
    post.wait(99);
    assert.equal(post.standing.term, 3);
    post.wait(1);
    assert.deepEqual([post.standing.term, post.standing.former], [4, 'db-1']);
    assert.match(post.renew('db-1'), /a promotion is under way/);
  });

  test('whoever comes to lead the observers waits for as long as its predecessor may have granted', () => {
    const opened: Standing = { term: 4, openedBy: 'observer-2', reason: '', former: 'db-1', gaps: [] };
    const post = new Post(opened);
    assert.equal(post.standing.term, 5, 'the promotion of somebody else is not gone on with');
    post.promised('db-2', 7).promised('db-3', 9).wait(999);
    assert.equal(post.standing.primary, undefined);
    assert.match(post.coordinator.underWay ?? '', /the lease of db-1 has not run out/);
    post.wait(1);
    assert.equal(post.standing.primary, 'db-3');
  });

  test('need not be waited for when its holder itself has promised', () => {
    const opened: Standing = { term: 4, openedBy: 'observer-2', reason: '', former: 'db-1', gaps: [] };
    const post = new Post(opened);
    post.promised('db-1', 9).promised('db-3', 7);
    assert.equal(post.standing.primary, 'db-1');
  });
});

describe('a primary that is heard and decides nothing', () => {
  /** Renews for a second, with an entry that nobody else takes. */
  function stuck(answering: readonly NodeId[]): Post {
    const post = new Post(led);
    post.answering = answering;
    for (let i = 0; i <= 10 && post.standing.term === led.term; i++) {
      post.renew('db-1', led.term, 12, 9);
      post.wait(100);
    }
    return post;
  }

  test('is replaced by another, however far its own log goes, if enough others answer', () => {
    const post = stuck(['db-2', 'db-3']);
    assert.deepEqual([post.standing.term, post.standing.primary], [4, undefined]);
    post.promised('db-1', 12).promised('db-2', 9);
    assert.equal(post.standing.primary, undefined);
    post.promised('db-3', 9);
    assert.equal(post.standing.primary, 'db-2');
  });

  test('leads again if nobody else can', () => {
    const post = stuck(['db-2', 'db-3']).promised('db-1', 12).promised('db-2', 9).wait(500);
    assert.equal(post.standing.primary, 'db-1');
  });

  test('stays while too few others answer: it alone may tell the newest', () => {
    assert.equal(stuck(['db-2']).standing.term, led.term);
  });

  test('stays as long as it gets any further', () => {
    const post = new Post(led);
    post.answering = nodes;
    for (let i = 0; i < 20; i++) {
      post.renew('db-1', led.term, 20 + i, 10 + i);
      post.wait(100);
    }
    assert.equal(post.standing.term, led.term);
  });
});

describe('what is missing', () => {
  test('is what the former primary said it had, beyond what the new one has', () => {
    const post = new Post(led);
    post.renew('db-1', 3, 12);
    post.wait(1_000).promised('db-2', 9).promised('db-3', 8);
    assert.deepEqual(post.standing.gaps, [{ primary: 'db-1', term: 3, from: 10, to: 12, acknowledgedTo: 12 }]);
  });

  test('has no known end where one copy was enough: it may have gone on after its last word', () => {
    const one = { members: members(1) };
    const post = new Post(led);
    post.renew('db-1', 3, 9);
    post.wait(1_000).promised('db-2', 9, one).promised('db-3', 8, one).wait(500);
    const gap = { primary: 'db-1', term: 3, from: 10, to: 9, acknowledgedTo: 9 };
    assert.deepEqual(post.standing.gaps, [{ ...gap, isOpen: true }]);
  });
});

describe('a person who wants somebody else to lead', () => {
  function wanting(to: NodeId, force = false): { post: Post; answers: (string | undefined)[] } {
    const post = new Post(led);
    post.renew('db-1');
    const answers: (string | undefined)[] = [];
    post.coordinator.wants({ to, force, settle: (refusal) => void answers.push(refusal) });
    post.wait(0);
    return { post, answers };
  }

  test('gets it when that one lacks nothing that was acknowledged, and hears so when it leads', () => {
    const { post, answers } = wanting('db-2');
    post.promised('db-1', 12, { commitIndex: 9, lastTerm: 3 }).promised('db-2', 9, { lastTerm: 3 });
    assert.equal(post.standing.primary, 'db-2');
    assert.deepEqual(answers, []);
    post.renew('db-2');
    assert.deepEqual(answers, [undefined]);
  });

  test('does not when that would lose something, unless forced', () => {
    const { post, answers } = wanting('db-2');
    post.promised('db-1', 12, { lastTerm: 3 }).promised('db-2', 9, { lastTerm: 3 });
    assert.equal(post.standing.primary, 'db-1');
    assert.match(answers[0] ?? '', /db-2 ends at entry 9 and db-1 at 12.*--force/);
    const forced = wanting('db-2', true);
    forced.post.promised('db-1', 12, { lastTerm: 3 }).promised('db-2', 9, { lastTerm: 3 });
    assert.equal(forced.post.standing.primary, 'db-2');
    assert.match(forced.post.said.at(-1) ?? '', /^raft.appoint \d+ to db-2 by force$/);
  });

  test('hears at once of what cannot be', () => {
    assert.deepEqual(wanting('db-1').answers, ['db-1 is the primary already']);
    const { post, answers } = wanting('db-2');
    post.coordinator.wants({ to: 'db-3', force: false, settle: (refusal) => void answers.push(refusal) });
    assert.match(answers[0] ?? '', /a promotion is under way/);
    post.coordinator.end();
    assert.match(answers[1] ?? '', /another observer decides now/);
  });

  test('whose choice does not answer hears so after a while', () => {
    const { post, answers } = wanting('db-2');
    post.promised('db-1', 12).promised('db-3', 12).wait(499);
    assert.equal(post.standing.primary, undefined);
    post.wait(1);
    assert.equal(post.standing.primary, 'db-1');
    assert.match(answers[0] ?? '', /db-2 does not answer/);
  });
});

describe('decisions', () => {
  test('a term is opened once, and only who opened it may appoint, once', () => {
    const open: Decision = { what: 'open', term: 1, by: 'a', reason: 'new' };
    const appoint: Decision = { what: 'appoint', term: 1, by: 'a', primary: 'db-1', lost: [] };
    const opened = decide(undecided, open);
    assert.equal(decide(opened, { ...open, by: 'b' }), opened);
    assert.equal(decide(opened, { ...appoint, by: 'b' }), opened);
    assert.equal(decide(opened, { ...appoint, term: 2 }), opened);
    const done = decide(opened, appoint);
    assert.equal(done.primary, 'db-1');
    assert.equal(decide(done, { ...appoint, primary: 'db-2' }), done);
  });
});
