/**
 * The test kit: what proves that a tier of one's own keeps the promises of the house, small worlds to try it in, drawn
 * accidents, a judge of claims about them, and checkers for what its clients saw.
 */

export { default as fc } from 'fast-check';
export type { Breach, Judged } from './checking/breach';
export { checkConvergence } from './checking/convergence';
export { checkDurability } from './checking/durability';
export { checkEvenness } from './checking/evenness';
export { type Entry, entriesOf, type Operation, pairUp } from './checking/history';
export { toJsonLines } from './checking/json-lines';
export { checkLinearizability, type Linearizability, type LinearizabilityOptions } from './checking/linearizability';
export { casRegister } from './checking/models/cas-register';
export { modelNamed, models } from './checking/models/catalogue';
export { counter } from './checking/models/counter';
export { keyValue } from './checking/models/key-value';
export { type Model, refused } from './checking/models/model';
export { mutex } from './checking/models/mutex';
export { queue } from './checking/models/queue';
export { register } from './checking/models/register';
export { checkQueue } from './checking/queue-semantics';
export { readHistory } from './checking/read-history';
export { checkSessions, type SessionGuarantee } from './checking/session-guarantees';
export { checkStaleness } from './checking/staleness';
export { peer, plainTier, Trial, type TrialNode, type TrialOptions, trialTopology } from './runtimes/simulated/trial';
export { demandLinearizable } from './testing/demand-linearizable';
export { type CarriedOut, DrivenWorld, within } from './testing/driven-world';
export {
  type Claim,
  demand,
  type Effort,
  type Finding,
  type Judgement,
  type JudgeOptions,
  judge,
  type Refutation,
  type Shown,
  Violation,
  vacuousMax,
  vacuousRuns,
} from './testing/judge';
export { Phenomena, type Sign, type SignName, signs } from './testing/phenomena';
export { type Dialogue, type Done, recordedClient } from './testing/recorded-client';
export { recording } from './testing/recording';
export { report } from './testing/report';
export {
  type Accident,
  type AccidentKind,
  accidents,
  type Harm,
  type Planned,
  plan,
  type ScheduleLimits,
  scheduleLimits,
  showSchedule,
  siteTargets,
  type Targets,
} from './testing/schedule';
export { Site, type SiteOptions, simulatedSite, withConfig } from './testing/simulated-site';
export { type StandingOptions, standing } from './testing/standing';
export { type TierCase, tierCases } from './testing/tier-cases';
export { TierLab, type TierUnderTest } from './testing/tier-lab';
