/**
 * The test kit: what proves that a tier of one's own keeps the promises of the house, and small worlds to try it in.
 */

export { peer, plainTier, Trial, type TrialNode, type TrialOptions } from './runtimes/simulated/trial';
export { Site, type SiteOptions, simulatedSite, withConfig } from './testing/simulated-site';
export { type TierCase, tierCases } from './testing/tier-cases';
export { TierLab, type TierUnderTest } from './testing/tier-lab';
