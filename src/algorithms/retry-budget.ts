/**
 * How many retries a caller may add to the load that it makes anyway: each request pays a share of a token into a bucket,
 * each retry takes a whole one out. Where all requests fail, the load grows by that share and no further (as in Finagle,
 * and in Site Reliability Engineering, 2016, chapter 21).
 */

export interface RetryBudgetRules {
  /** Retries per request: 0.1 allows one for every ten. */
  readonly share: number;
  /** Tokens that a full bucket holds, and a new one: retries after a time without failures. */
  readonly bucket: number;
}

/** After any number of requests, retries granted are at most `share` times as many, and what the bucket held. */
export class RetryBudget {
  private tokens: number;
  granted = 0;
  denied = 0;

  constructor(private readonly rules: () => RetryBudgetRules) {
    this.tokens = rules().bucket;
  }

  /** A request is made for the first time. */
  deposit(): void {
    const { share, bucket } = this.rules();
    // However small the bucket, a token that is nearly whole is not cut off by the share that completes it.
    this.tokens = Math.min(Math.max(bucket, 1 + share), this.tokens + share);
  }

  /** Whether a request may be made once more; a yes is paid for. */
  withdraw(): boolean {
    // Ten tenths are a little less than one.
    if (this.tokens < 1 - 1e-9) {
      this.denied++;
      return false;
    }
    this.tokens = Math.max(0, this.tokens - 1);
    this.granted++;
    return true;
  }
}
