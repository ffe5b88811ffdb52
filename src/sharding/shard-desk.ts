/**
 * What a shard of items in memory is asked by whoever conducts a move: what is to be decided goes into its log, beside the
 * writes; what only reads is answered by the primary, which makes sure that it still is.
 */
import type { Envelope } from '../kernel/envelope';
import { Schema, Type } from '../kernel/schema';
import {
  type ShardsAnswer,
  type ShardsDecided,
  type ShardsRead,
  type ShardsRefused,
  type ShardsSized,
  type ShardsStanding,
  shardsDecided,
} from '../protocols/shards';
import type { Ownership } from './ownership';
import { type UnitWork, unitsIn, unitsThrough } from './unit-work';

/** The engine of a shard, or of a store that is none. */
export interface ShardEngine {
  readonly ownership: Ownership | undefined;
  /** An entry is applied from now on. */
  begin(position: number): void;
  /** What it holds. */
  readonly held: Pick<ShardsSized, 'units' | 'tables'>;
}

/** What came of a decision that was proposed. */
type Ended =
  | { readonly end: 'decided'; readonly outcome: ShardsDecision }
  | { readonly end: 'superseded' | 'unknown'; readonly reason: string };

/** The log of the shard. What it refuses is thrown. */
export interface ShardLog {
  readonly trouble: { readonly because: string; readonly reason: string } | undefined;
  readonly member: { readonly position: number };
  proposeBeside(command: Uint8Array, then: (ended: Ended) => void): void;
  demandPrimary(): void;
  read(mail: Envelope, freshness: 'newest', work: () => void): void;
  work: UnitWork;
}

/** Why the log refused. */
export interface Refused {
  readonly because: string;
  readonly reason: string;
  readonly primary?: string;
}

export type ShardsDecision = ShardsStanding | ShardsRefused;

/** How decisions about slices lie in the log: all that they do is in the engine itself, and in its snapshots. */
export function shardDecisions(engine: ShardEngine): {
  install(): void;
  serialize(): Uint8Array;
  apply(bytes: Uint8Array, position: number, work: UnitWork): ShardsDecision;
} {
  return {
    install: () => undefined,
    serialize: () => new Uint8Array(),
    apply: (bytes, position, work) => {
      engine.begin(position);
      const { ownership } = engine;
      if (ownership === undefined) return notSharded;
      const command = decode(bytes);
      const { phase } = ownership.standing;
      const answer = ownership.apply(command);
      work(unitsThrough(command, phase, answer));
      return answer;
    },
  };
}

export class ShardDesk {
  constructor(
    private readonly turn: { reply(mail: Envelope, body: ShardsAnswer): void },
    private readonly engine: ShardEngine,
    private readonly log: ShardLog,
    /** What was refused, if that is what was thrown; other errors are ours, and pass. */
    private readonly refusalIn: (thrown: unknown) => Refused | undefined,
  ) {}

  decide(mail: Envelope, command: ShardsDecided): void {
    this.answering(mail, () => {
      this.log.proposeBeside(Buffer.from(JSON.stringify(command)), (ended) => {
        // What nobody knows of may be asked for once more: what was done is not done twice.
        const answer = ended.end === 'decided' ? ended.outcome : refused('not-primary', ended.reason);
        this.turn.reply(mail, answer);
      });
    });
  }

  tell(mail: Envelope, question: ShardsRead): void {
    this.answering(mail, () => {
      this.log.demandPrimary();
      // A read that waited runs later, when nobody catches any more what is thrown here.
      this.log.read(mail, 'newest', () => {
        const answer = this.answerTo(question);
        this.log.work(unitsIn(answer));
        this.turn.reply(mail, answer);
      });
    });
  }

  private answerTo(question: ShardsRead): ShardsAnswer {
    const { ownership } = this.engine;
    const { position } = this.log.member;
    if (ownership === undefined) return notSharded;
    switch (question.kind) {
      case 'shards.extract':
        return ownership.extract(question, position);
      case 'shards.changes':
        return ownership.changes(question, position);
      case 'shards.status':
        return ownership.standing;
      case 'shards.size':
        return {
          kind: 'shards.sized',
          ...this.engine.held,
          keys: this.engine.held.units,
          changedAt: ownership.state.changedAt,
        };
    }
  }

  private answering(mail: Envelope, work: () => void): void {
    const { trouble } = this.log;
    if (trouble !== undefined) return this.turn.reply(mail, refused('starting', trouble.reason));
    try {
      work();
    } catch (thrown) {
      const why = this.refusalIn(thrown);
      if (why === undefined) throw thrown;
      const because = why.because === 'limit' || why.because === 'starting' ? why.because : 'not-primary';
      const primary = why.primary === undefined ? {} : { primary: why.primary };
      this.turn.reply(mail, { ...refused(because, why.reason), ...primary });
    }
  }
}

const notSharded = refused('out-of-step', 'this store is no shard: it has everything');

function refused(because: ShardsRefused['because'], reason: string): ShardsRefused {
  return { kind: 'shards.refused', because, reason };
}

const anyCommand = new Schema(Type.Object({ kind: Type.String() }));

function decode(bytes: Uint8Array): ShardsDecided {
  const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  const command = anyCommand.accepts(value) ? shardsDecided.find(({ kind }) => kind === value.kind) : undefined;
  if (command?.accepts(value) !== true) {
    throw new Error('the log holds a decision about slices that nobody understands');
  }
  return value;
}
