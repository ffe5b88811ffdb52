/**
 * What a shard takes care of while its keys move. Each of these can be left out by itself, for the sake of a proof: somebody
 * has to notice.
 */
export interface Caution {
  /** Writes into a fenced slice are refused. */
  readonly fences: boolean;
  /** Who goes by an older map than what is here is refused. */
  readonly versions: boolean;
  /** What is put aside has to be equal to what was released before it is owned. */
  readonly compares: boolean;
  /** What was released is kept until the switch is decided. */
  readonly keeps: boolean;
}

export const soundCaution: Caution = { fences: true, versions: true, compares: true, keeps: true };
