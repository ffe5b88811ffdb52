/**
 * Every verb of the prompt, in the order of `help`. A new one is a file beside this and a line here.
 */
import type { Command } from '../shell/command';
import { back } from './back';
import { cache } from './cache';
import { check } from './check';
import { clear } from './clear';
import { compare } from './compare';
import { configure } from './configure';
import { del } from './delete';
import { diagram } from './diagram';
import { doc } from './doc';
import { drift } from './drift';
import { drop } from './drop';
import { duplicate } from './duplicate';
import { events } from './events';
import { exit } from './exit';
import { faildisk } from './faildisk';
import { faults } from './faults';
import { feed } from './feed';
import { fork } from './fork';
import { get } from './get';
import { goTo } from './goto';
import { heal } from './heal';
import { help } from './help';
import { history } from './history';
import { hold } from './hold';
import { hotkeys } from './hotkeys';
import { isolate } from './isolate';
import { kill } from './kill';
import { killbox } from './killbox';
import { killhost } from './killhost';
import { kv } from './kv';
import { lag } from './lag';
import { load } from './load';
import { log } from './log';
import { login } from './login';
import { logout } from './logout';
import { ls } from './ls';
import { me } from './me';
import { partition } from './partition';
import { patch } from './patch';
import { pause } from './pause';
import { post } from './post';
import { promote } from './promote';
import { protect } from './protect';
import { put } from './put';
import { recover } from './recover';
import { rejoin } from './rejoin';
import { release } from './release';
import { reorder } from './reorder';
import { replayTrace } from './replay-trace';
import { replicas } from './replicas';
import { replicate } from './replicate';
import { reshard } from './reshard';
import { resize } from './resize';
import { restart } from './restart';
import { restartbox } from './restartbox';
import { restarthost } from './restarthost';
import { restore } from './restore';
import { resume } from './resume';
import { retire } from './retire';
import { ring } from './ring';
import { run } from './run';
import { seed } from './seed';
import { sessions } from './sessions';
import { shards } from './shards';
import { show } from './show';
import { skew } from './skew';
import { slow } from './slow';
import { slowdisk } from './slowdisk';
import { spawn } from './spawn';
import { sql } from './sql';
import { stage } from './stage';
import { step } from './step';
import { strategy } from './strategy';
import { throttle } from './throttle';
import { token } from './token';
import { top } from './top';
import { topology } from './topology';
import { torndisk } from './torndisk';
import { trace } from './trace';
import { ttl } from './ttl';
import { until } from './until';
import { whatif } from './whatif';
import { why } from './why';

export const commands: readonly Command[] = [
  get,
  post,
  put,
  patch,
  del,
  login,
  logout,
  me,
  load,
  sql,
  shards,
  hotkeys,
  feed,
  replicas,
  lag,
  replicate,
  promote,
  recover,
  sessions,
  compare,
  kv,
  doc,
  cache,
  strategy,
  ttl,
  ring,
  replayTrace,
  ls,
  topology,
  show,
  top,
  trace,
  why,
  diagram,
  history,
  events,
  check,
  spawn,
  retire,
  resize,
  reshard,
  rejoin,
  configure,
  protect,
  kill,
  restart,
  pause,
  resume,
  killbox,
  restartbox,
  killhost,
  restarthost,
  partition,
  isolate,
  heal,
  hold,
  release,
  slow,
  drop,
  duplicate,
  reorder,
  throttle,
  restore,
  faults,
  skew,
  drift,
  slowdisk,
  faildisk,
  torndisk,
  run,
  step,
  until,
  back,
  goTo,
  fork,
  whatif,
  token,
  stage,
  seed,
  log,
  help,
  clear,
  exit,
];
