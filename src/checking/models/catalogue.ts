/** The sequential models by the names that `--model` takes. */
import { casRegister } from './cas-register';
import { counter } from './counter';
import { keyValue } from './key-value';
import type { Model } from './model';
import { mutex } from './mutex';
import { queue } from './queue';
import { register } from './register';

export const models: readonly Model[] = [register, casRegister, keyValue, queue, counter, mutex];

/** A model by name, or `undefined`. */
export function modelNamed(name: string): Model | undefined {
  return models.find((model) => model.name === name);
}
