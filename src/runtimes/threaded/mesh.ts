/**
 * Every thread's links to all the others: mail goes straight to the thread that it is for, never through a third one.
 * A thread that is about to sleep or to nap says so in shared memory, and the first one that writes to it then wakes it.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Mail } from '../../kernel/envelope';
import { LinkIn, type LinkListener, LinkOut } from './link';
import type { Traffic } from './loop';

/** A thread of the world: the main one, which carries only doors, or a host. */
export type Member = number;
/** Hosts have the numbers from 0. */
export const mainMember: Member = -1;

/** One flag per member, each in a cache line of its own. */
const flagStride = 16;
const state = { awake: 0, sleeps: 1, naps: 2 } as const;
const flagOf = (member: Member): number => (member + 1) * flagStride;

export function allocateFlags(hosts: number): SharedArrayBuffer {
  return new SharedArrayBuffer((hosts + 1) * flagStride * Int32Array.BYTES_PER_ELEMENT);
}

/** What it takes to talk to another thread: two rings and a bell. */
export interface PeerWires {
  readonly out: SharedArrayBuffer;
  readonly in: SharedArrayBuffer;
  readonly bell: MessagePort;
}

interface Peer {
  readonly out: LinkOut;
  readonly in: LinkIn;
  readonly bell: MessagePort;
}

/** What the mesh tells the thread that it belongs to. */
export interface MeshListener {
  mail(mail: Mail): void;
  note(peer: Member, bytes: Uint8Array): void;
  unfit(mail: Mail, reason: string): void;
  /** A peer rang: there is mail. */
  rung(): void;
  /** Something was put in an outbox. */
  posted(): void;
}

export class Mesh implements Traffic {
  private readonly flags: Int32Array;
  private readonly peers = new Map<Member, Peer>();
  /** The same in an array: it is walked on every tick. */
  private all: readonly (readonly [Member, Peer])[] = [];
  private dozing = false;

  constructor(
    private readonly self: Member,
    flags: SharedArrayBuffer,
    private readonly listener: MeshListener,
  ) {
    this.flags = new Int32Array(flags);
  }

  connect(peer: Member, wires: PeerWires): void {
    this.disconnect(peer);
    const inbound: LinkListener = {
      mail: (mail) => this.listener.mail(mail),
      note: (bytes) => this.listener.note(peer, bytes),
    };
    wires.bell.on('message', () => this.listener.rung());
    const out = new LinkOut(wires.out, (mail, reason) => this.listener.unfit(mail, reason));
    this.peers.set(peer, { out, in: new LinkIn(wires.in, inbound), bell: wires.bell });
    this.all = [...this.peers];
    this.listener.posted();
  }

  /** The peer is gone, and with it what was on its way to it or from it. */
  disconnect(peer: Member): void {
    this.peers.get(peer)?.bell.close();
    this.peers.delete(peer);
    this.all = [...this.peers];
  }

  close(): void {
    for (const peer of [...this.peers.keys()]) this.disconnect(peer);
  }

  /** Sends an envelope to another thread; says why if it cannot be. */
  post(mail: Mail, to: Member): string | undefined {
    const peer = this.peers.get(to);
    if (peer === undefined) return `${memberName(to)} is down`;
    if (!peer.out.post(mail)) return `the link to ${memberName(to)} is full: that thread does not keep up`;
    // A full batch has left: its reader may begin while this turn goes on.
    if (peer.out.isEmpty && peer.out.takeWritten()) this.rouse(flagOf(to), peer);
    this.listener.posted();
    return undefined;
  }

  /** Says something to the runtime on another thread, in order with the mail. */
  note(bytes: Uint8Array, to: Member): void {
    this.peers.get(to)?.out.note(bytes);
    this.listener.posted();
  }

  /** Bytes that wait for room in the rings. */
  get backlogBytes(): number {
    return this.all.reduce((sum, [, peer]) => sum + peer.out.backlogBytes, 0);
  }

  get pressed(): boolean {
    for (const [, peer] of this.all) if (peer.out.backlogBytes > 0) return true;
    return false;
  }

  /** What hosts wait for besides mail is not the mesh's business. */
  readonly expecting = false;

  drain(): number {
    let heard = 0;
    for (const [, peer] of this.all) heard += peer.in.drain();
    return heard;
  }

  flush(): boolean {
    let sent = false;
    for (const [member, peer] of this.all) {
      peer.out.flush();
      if (!peer.out.takeWritten()) continue;
      sent = true;
      this.rouse(flagOf(member), peer);
    }
    return sent;
  }

  get arrived(): boolean {
    for (const [, peer] of this.all) if (!peer.in.empty) return true;
    return false;
  }

  /** Whoever writes after our last look sees that we nap, and ends it: the wait begins only while the flag still says so. */
  nap(ms: number): void {
    const flag = flagOf(this.self);
    Atomics.store(this.flags, flag, state.naps);
    if (!this.arrived) Atomics.wait(this.flags, flag, state.naps, ms);
    Atomics.store(this.flags, flag, state.awake);
  }

  /** The flag goes up before the last look: who writes after that look sees the flag and rings. */
  sleep(): boolean {
    Atomics.store(this.flags, flagOf(this.self), state.sleeps);
    this.dozing = true;
    if (!this.arrived) return true;
    this.awake();
    return false;
  }

  awake(): void {
    if (!this.dozing) return;
    this.dozing = false;
    Atomics.store(this.flags, flagOf(this.self), state.awake);
  }

  /** One of those who write to a sleeper wakes it; the others see that somebody has. */
  private rouse(flag: number, { bell }: Peer): void {
    if (Atomics.load(this.flags, flag) === state.awake) return;
    const was = Atomics.exchange(this.flags, flag, state.awake);
    if (was === state.naps) Atomics.notify(this.flags, flag);
    else if (was === state.sleeps) bell.postMessage(0);
  }
}

/** How people know a thread. */
export function memberName(member: Member): string {
  return member === mainMember ? 'the main thread' : `host ${member}`;
}
