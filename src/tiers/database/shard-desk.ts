/**
 * What a shard is asked by whoever conducts a move: what is to be decided goes into its log, what only reads is answered by
 * the primary, which makes sure that it still is.
 */
import type { Beside } from '../../consensus/copies/contents';
import type { ReplicatedStore } from '../../consensus/copies/store';
import type { Envelope } from '../../kernel/envelope';
import { Schema, Type } from '../../kernel/schema';
import {
  type ShardsAnswer,
  type ShardsDecided,
  type ShardsRead,
  type ShardsRefused,
  shardsDecided,
} from '../../protocols/shards';
import { unitsIn, unitsThrough } from '../../sharding/unit-work';
import { Refusal } from './refusal';
import { answering } from './results';
import type { DatabaseTurn } from './settings';
import type { Sharding } from './sharding';
import type { DatabaseState, Outcome } from './state';

type Decision = ReturnType<Sharding['apply']>;

const anyCommand = new Schema(Type.Object({ kind: Type.String() }));

/** How decisions about slices lie in the log beside the writes; all that they do is in the database itself. */
export function shardDecisions(state: DatabaseState): Beside<Decision> {
  return {
    install: () => undefined,
    serialize: () => new Uint8Array(),
    apply: (bytes, _position, work) => {
      const { sharding } = state.open;
      if (sharding === undefined) return notSharded;
      const command = decode(bytes);
      const { phase } = sharding.standing;
      const answer = sharding.apply(command);
      work(unitsThrough(command, phase, answer));
      state.onApplied(true);
      return answer;
    },
  };
}

export class ShardDesk {
  constructor(
    private readonly turn: DatabaseTurn,
    private readonly state: DatabaseState,
    private readonly copies: ReplicatedStore<Outcome | Refusal, Decision>,
  ) {}

  decide(mail: Envelope, command: ShardsDecided): void {
    answering(this.turn, mail, () => {
      this.demandReady();
      const bytes = Buffer.from(JSON.stringify(command));
      this.copies.proposeBeside(bytes, (ended) => {
        if (ended.end === 'decided') return this.turn.reply(mail, ended.outcome);
        // Whether it was done or not: to ask once more does no harm.
        this.turn.reply(mail, { kind: 'shards.refused', because: 'not-primary', reason: ended.reason });
      });
    });
  }

  read(mail: Envelope, question: ShardsRead): void {
    answering(this.turn, mail, () => {
      this.demandReady();
      this.copies.demandPrimary();
      this.copies.read(mail, 'newest', () => {
        const answer = this.tell(question);
        this.copies.work(unitsIn(answer));
        this.turn.reply(mail, answer);
      });
    });
  }

  private tell(question: ShardsRead): ShardsAnswer {
    const { sharding } = this.state.open;
    const { position } = this.copies.member;
    if (sharding === undefined) return notSharded;
    switch (question.kind) {
      case 'shards.extract':
        return sharding.extract(question, position);
      case 'shards.changes':
        return sharding.changes(question, position);
      case 'shards.status':
        return sharding.standing;
      case 'shards.size':
        return sharding.sized;
    }
  }

  private demandReady(): void {
    const { trouble } = this.copies;
    if (trouble !== undefined) throw new Refusal(trouble.because, trouble.reason);
  }
}

const notSharded: ShardsRefused = {
  kind: 'shards.refused',
  because: 'out-of-step',
  reason: 'this database is no shard: it has everything',
};

function decode(bytes: Uint8Array): ShardsDecided {
  const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  const command = anyCommand.accepts(value) ? shardsDecided.find(({ kind }) => kind === value.kind) : undefined;
  if (command?.accepts(value) !== true)
    throw new Error('the log holds a decision about slices that nobody understands');
  return value;
}
