/**
 * Unguessable chance, drawn from the operating system: tokens, session ids, salts.
 */
import { randomBytes } from 'node:crypto';
import type { Random } from '../../kernel/random';

const poolBytes = 4_096;
const drawBytes = 6;
const range = 2 ** (8 * drawBytes);

class Secret implements Random {
  private pool = Buffer.alloc(0);
  private at = 0;

  next(): number {
    return this.draw() / range;
  }

  /** Draws again what would make small numbers likelier than others. */
  int(below: number): number {
    const fair = range - (range % below);
    for (;;) {
      const drawn = this.draw();
      if (drawn < fair) return drawn % below;
    }
  }

  fork(): Random {
    return this;
  }

  private draw(): number {
    if (this.at + drawBytes > this.pool.length) {
      this.pool = randomBytes(poolBytes);
      this.at = 0;
    }
    this.at += drawBytes;
    return this.pool.readUIntLE(this.at - drawBytes, drawBytes);
  }
}

/** One for the whole thread: nobody can tell its draws apart. */
export const secret: Random = new Secret();
