/** Checkers that judge wrongly: too mild, too strict, or with a memory that mixes things up. */
import { Configurations } from '../../src/checking/configurations';
import type { Operation } from '../../src/checking/history';
import { Linearization } from '../../src/checking/linearization';
import { casRegister } from '../../src/checking/models/cas-register';
import { counter } from '../../src/checking/models/counter';
import { Epoch } from '../../src/checking/models/epochs';
import { keyValue } from '../../src/checking/models/key-value';
import type { Model, Outlook, Shortcut } from '../../src/checking/models/model';
import { mutex } from '../../src/checking/models/mutex';
import { queue } from '../../src/checking/models/queue';
import { register } from '../../src/checking/models/register';
import { Stay } from '../../src/checking/models/stays';
import { Prospects } from '../../src/checking/prospects';
import { large } from '../checkers/large';
import { shortcutsOf } from '../checkers/shortcuts';
import { verdicts } from '../checkers/verdicts';
import { type Canary, canary } from './canary';
import { type Sabotage, sabotage } from './sabotage';

function wrongStep<S>(model: Model<S>, step: (step: Model<S>['step']) => Model<S>['step']): Sabotage {
  return sabotage(model, 'step', (original) => step(original.bind(model)));
}

/** What was read is not looked at. */
const believesAnyRead = wrongStep(register, (step) => (state, operation) => {
  return operation.f === 'read' ? state : step(state, operation);
});

const setsWithoutComparing = wrongStep(casRegister, (step) => (state, operation) => {
  return operation.f === 'cas' && Array.isArray(operation.input) ? operation.input[1] : step(state, operation);
});

const putsInsteadOfAppending = wrongStep(keyValue, (step) => (state, operation) => {
  return step(operation.f === 'append' ? '' : state, operation);
});

const neverEmpty = wrongStep(queue, (step) => (state, operation) => {
  return operation.f === 'dequeue' && operation.output === null ? state : step(state, operation);
});

const countsUpOnly = wrongStep(counter, (step) => (state, operation) => {
  return step(state, operation.input === -1 ? { ...operation, input: 1 } : operation);
});

const anybodyMayRelease = wrongStep(mutex, (step) => (holder, operation) => {
  return operation.f === 'release' && holder !== null ? null : step(holder, operation);
});

/** Whoever takes enqueues for harmless explains them in any order that suits. */
const enqueuesLeaveNoTrace = sabotage(queue, 'isPure', () => () => true);

const unknownNeverHappened = sabotage(Linearization.prototype, 'takeUnknown', (takeUnknown) => {
  return function (this: Linearization, list: number) {
    takeUnknown.call(this, list, this.state);
  };
});

const remembersStatesOnly = sabotage(Configurations.prototype, 'add', (add) => {
  return function (this: Configurations, _frontier: number, state: number, open: Int32Array, unknown: Int32Array) {
    return add.call(this, 0, state, open, unknown);
  };
});

const forgetsWhatIsOpen = sabotage(Configurations.prototype, 'add', (add) => {
  return function (this: Configurations, frontier: number, state: number, open: Int32Array, unknown: Int32Array) {
    return add.call(this, frontier, state, new Int32Array(open.length), unknown);
  };
});

const forgetsWhatIsUsedUp = sabotage(Configurations.prototype, 'add', (add) => {
  return function (this: Configurations, frontier: number, state: number, open: Int32Array, unknown: Int32Array) {
    return add.call(this, frontier, state, open, new Int32Array(unknown.length));
  };
});

const losesHope = sabotage(Prospects.prototype, 'remain', (remain) => {
  return function (this: Prospects<unknown>, state: unknown, rank: number, done: Uint8Array) {
    return remain.call(
      this,
      state,
      rank,
      done.map(() => 1),
      Int32Array.from([9, 9, 9, 9, 9, 9, 9]),
    );
  };
});

/** A queue that rules out whatever holds three values. */
const foreseesTooMuch = sabotage(queue, 'foresee', () => () => ({
  rulesOut: (lines) => lines.split('\n').length > 3,
}));

const seesNothingInAnswers = sabotage(outlookOf(keyValue), 'tellsOf', () => () => false);

/** A cas may be refused: nobody may put it where it suits. */
const takesAllForBlind = sabotage(outlookOf(casRegister), 'isBlind', () => () => true);

const givesUpAtOnce = sabotage(Prospects.prototype, 'wereEver', () => () => false);

/** While one lasts others may come and go. */
const epochsMayOverlap = sabotage(Epoch, 'inSequence', (inSequence) => (epochs) => {
  return inSequence.call(Epoch, epochs) ?? epochs.flatMap(({ operations }) => operations);
});

/** Judging a queue without a search, it goes unnoticed that it was found empty. */
const believesItWasEmpty = sabotage(shortcutOf(queue), 'decide', (decide) => (initial, operations) => {
  return decide(
    initial,
    operations.filter(({ f, output }) => f !== 'dequeue' || output !== null),
  );
});

const leavesAtAnyTime = sabotage(Stay.prototype, 'leave', (leave) => {
  return function (this: Stay, dequeue: Operation) {
    leave.call(this, { ...dequeue, end: Number.POSITIVE_INFINITY });
  };
});

const nobodyUnheardOfTookIt = sabotage(Stay.prototype, 'leave', (leave) => {
  return function (this: Stay, dequeue: Operation) {
    if (dequeue.outcome === 'ok') leave.call(this, dequeue);
  };
});

const mayLeaveBeforeItCame = sabotage(Stay.prototype, 'tighten', () => () => true);

function outlookOf<S>({ outlook }: Model<S>): Outlook<S> {
  if (outlook === undefined) throw new Error('there is no outlook to break');
  return outlook;
}

function shortcutOf<S>({ shortcut }: Model<S>): Shortcut<S> {
  if (shortcut === undefined) throw new Error('there is no shortcut to break');
  return shortcut;
}

/** How the claim notices who lets pass what cannot be, and who does not know what can. */
const tooMild = [
  'linearizable instead of violation',
  'wrong order',
  'wrong alternatives',
  'not shortest',
  'another line',
];
const tooStrict = [
  'violation instead of linearizable',
  'wrong alternatives',
  'no witness',
  'another line',
  'fewer alternatives',
];
const either = [...tooMild, ...tooStrict];

/** What goes wrong only where many things come together is given cases among which it soon does. */
const openOnes = { ...verdicts, seed: 25 };
const unknownOnes = { ...verdicts, seed: 24 };
const refusedOnes = { ...shortcutsOf('cas-register'), seed: 254 };

export const checkerCanaries: readonly Canary[] = [
  canary('a register model that believes any read', verdicts, believesAnyRead, ...tooMild),
  canary('a cas that sets without comparing', verdicts, setsWithoutComparing, ...tooMild),
  canary('an append that overwrites', verdicts, putsInsteadOfAppending, ...either),
  canary('a queue that may always have been empty', verdicts, neverEmpty, ...tooMild),
  canary('a counter that never counts down', verdicts, countsUpOnly, ...either),
  canary('a mutex that anybody may release', verdicts, anybodyMayRelease, ...tooMild),
  canary('a queue whose enqueues count for reads', verdicts, enqueuesLeaveNoTrace, ...either),
  canary('a search in which unknown operations never took effect', verdicts, unknownNeverHappened, ...tooStrict),
  canary('a memory that forgets how far it was', verdicts, remembersStatesOnly, ...tooStrict),
  canary('a memory that forgets what is open', openOnes, forgetsWhatIsOpen, ...tooStrict),
  canary('a memory that forgets what is open, among many', large, forgetsWhatIsOpen, 'sound is violation'),
  canary('a memory that forgets which of the unknown were used', unknownOnes, forgetsWhatIsUsedUp, ...tooStrict),
  canary('a queue that foresees what need not come', verdicts, foreseesTooMuch, ...tooStrict),
  canary('prospects that overlook what may still happen', verdicts, losesHope, ...tooStrict),
  canary(
    'prospects that take a blind alley for the end of all roads',
    shortcutsOf('register', 'cas-register', 'kv'),
    givesUpAtOnce,
    ...tooStrict,
  ),
  canary('a search that does not see in answers what has happened', verdicts, seesNothingInAnswers, ...tooStrict),
  canary('a search that overlooks that a cas may be refused', refusedOnes, takesAllForBlind, ...tooStrict),
  canary('epochs that may overlap', shortcutsOf('register', 'kv'), epochsMayOverlap, ...tooMild),
  canary('a queue that is believed to have been empty', shortcutsOf('queue'), believesItWasEmpty, ...tooMild),
  canary('a queue that values may have left before they were taken', shortcutsOf('queue'), leavesAtAnyTime, ...tooMild),
  canary(
    'a queue from which nobody unheard of took anything',
    shortcutsOf('queue'),
    nobodyUnheardOfTookIt,
    ...tooStrict,
  ),
  canary('a queue that values may leave before they came', shortcutsOf('queue'), mayLeaveBeforeItCame, ...tooMild),
];
