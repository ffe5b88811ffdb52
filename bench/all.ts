/**
 * Every benchmark there is. Adding one is a file and a line here.
 */
import { cache } from './cache';
import { checking } from './checking';
import { checkingMemory } from './checking-memory';
import { clock } from './clock';
import { copies } from './copies';
import { database } from './database';
import { engines } from './engines';
import { faults } from './faults';
import type { Benchmark } from './harness';
import { hashing } from './hashing';
import { idle } from './idle';
import { moving } from './moving';
import { pingPong } from './ping-pong';
import { planning } from './planning';
import { prompt } from './prompt';
import { routing } from './routing';
import { sharding } from './sharding';
import { site } from './site';
import { spawn } from './spawn';
import { storeMemory } from './store-memory';
import { stores } from './stores';
import { strategies } from './strategies';
import { threads } from './threads';
import { travel } from './travel';

export const benchmarks: readonly Benchmark[] = [
  checking,
  checkingMemory,
  clock,
  pingPong,
  site,
  database,
  engines,
  cache,
  strategies,
  copies,
  travel,
  faults,
  hashing,
  planning,
  sharding,
  moving,
  stores,
  storeMemory,
  routing,
  idle,
  threads,
  spawn,
  prompt,
];
