/**
 * What is known of a node that lived before, on a machine that is gone: what a new engine has to know to carry on.
 */

export interface Former {
  /** Lives so far; the next one gets the next number, so that answers to earlier ones are known for what they are. */
  readonly incarnation: number;
  /** As last changed while it ran. */
  readonly config: unknown;
  readonly configVersion: number;
  /** Why it is to stay dead for the time being; `undefined`: it starts. */
  readonly stays: string | undefined;
  /** It was killed to stay dead: no box and no host starts it again, only an order. */
  readonly staysDead: boolean;
}
