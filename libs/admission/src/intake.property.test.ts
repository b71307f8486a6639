import fc from 'fast-check';
import { IntakeReplica } from './intake-replica.js';
import { type IntakeServer, type IntakeVoice, SharedIntake } from './intake-shared.js';

/**
 * Three replicas, the shared log and a consumer group, in steps of 10 ms. The log goes away and comes back for all of
 * them, at once or hanging; replicas are killed, stopped and continued; partitions move. Judged from outside, in true time.
 */
const TIMING = { windowMs: 1_000, slackMs: 250, patienceMs: 300 };
const TICK_MS = 10;
/** Twice the next and once this one are just within the slack. */
const PROBE_EVERY_MS = 120;
const CALL_TIMEOUT_MS = 60;
const SESSION_MS = 150;
const PARTITIONS = 12;
const REPLICAS = 3;
const TENANT = 'acme';

class Replica {
  core: IntakeReplica;
  partitions: number[] = [];
  state: 'runs' | 'stopped' | 'dead' = 'runs';
  member: string | undefined;
  heard = 0;
  nextProbe = 0;
  /** Began at, for calls that the log has not answered. */
  hanging: number | undefined;

  name: string;
  readonly clockOffset: number;

  constructor(name: string, clockOffset: number, now: number) {
    this.name = name;
    this.clockOffset = clockOffset;
    this.core = this.#newCore(now, true);
  }

  clock(now: number): number {
    return now + this.clockOffset;
  }

  begin(now: number): void {
    this.core = this.#newCore(now, false);
    this.name = `${this.name}'`;
    this.state = 'runs';
    this.hanging = undefined;
    this.nextProbe = now;
  }

  #newCore(now: number, fresh: boolean): IntakeReplica {
    return new IntakeReplica(TIMING, SESSION_MS, this.clock(now), fresh);
  }
}

type Call = { readonly voice: IntakeVoice; readonly wanted: number };

interface Recipe {
  /** Of the replicas' clocks, in ms. */
  readonly offsets: readonly number[];
  readonly serverOffset: number;
  /** Whether the server knows everything again after a restart, and throws nothing away. */
  readonly durable: boolean;
  /** How often a replica is asked for a burst of requests, in hundredths of its steps, and what decides when. */
  readonly bursts: number;
  readonly seed: number;
}

class World {
  now = 10_000;
  limit = 20;
  #random: number;
  readonly grants: { at: number; granted: number; limit: number; local: boolean }[] = [];
  readonly #recipe: Recipe;
  readonly #replicas: Replica[];
  readonly #log = new SharedIntake(TIMING);
  #server: 'up' | 'down' | 'hung' = 'up';
  #run = 0;
  #evicted = 0;
  #members = 0;
  /** Sent while the server hung: it does them all when it goes on. */
  #late: Call[] = [];

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
    this.#random = recipe.seed;
    this.#replicas = recipe.offsets.map((offset, i) => new Replica(`r${i}`, offset, this.now));
    // They do not all ask at the same moment.
    for (const [i, replica] of this.#replicas.entries()) replica.nextProbe = this.now + i * 40;
    this.#rebalance();
    // The first contact of a group that never granted anything is not what is tried here.
    this.wait(100);
  }

  run(step: Step): void {
    const replica = this.#replicas[step.pick % REPLICAS] as Replica;
    switch (step.do) {
      case 'wait':
        break;
      case 'hang':
        if (this.#server === 'up') this.#server = 'hung';
        break;
      case 'kill server':
        this.#server = 'down';
        this.#late = [];
        break;
      case 'up':
        this.#up();
        break;
      case 'flush':
        if (this.#server === 'up') this.#log.lose('everything');
        break;
      case 'evict':
        if (this.#server !== 'up' || this.#recipe.durable) break;
        this.#evicted += 1;
        this.#log.lose('grants');
        break;
      case 'kill':
        if (replica.state !== 'dead') replica.state = 'dead';
        else replica.begin(this.now);
        break;
      case 'leave':
        this.#leave(replica);
        break;
      case 'stop':
        if (replica.state === 'runs') replica.state = 'stopped';
        else if (replica.state === 'stopped') replica.state = 'runs';
        break;
      case 'rebalance':
        this.#rebalance(step.pick);
        break;
      case 'limit':
        this.limit = step.pick % 40;
        break;
    }
    this.wait(step.ms);
  }

  wait(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += TICK_MS) this.#tick();
  }

  /** The server runs and everybody is there. */
  heal(): void {
    this.limit = 20;
    if (this.#server !== 'up') this.#up();
    for (const replica of this.#replicas) {
      if (replica.state === 'dead') replica.begin(this.now);
      replica.state = 'runs';
    }
  }

  killServer(): void {
    this.#server = 'down';
  }

  grantedSince(from: number): number {
    return this.grants.reduce((sum, { at, granted }) => sum + (at > from ? granted : 0), 0);
  }

  #up(): void {
    if (this.#server === 'down') {
      this.#run += 1;
      this.#evicted = 0;
      if (!this.#recipe.durable) this.#log.lose(this.#run % 2 === 0 ? 'everything' : 'grants');
    }
    this.#server = 'up';
    for (const { voice, wanted } of this.#late.splice(0))
      this.#log.take(this.#facts(), voice, TENANT, this.limit, wanted);
  }

  #facts(): IntakeServer {
    return {
      now: this.now + this.#recipe.serverOffset,
      run: String(this.#run),
      evicted: this.#evicted,
      durable: this.#recipe.durable,
    };
  }

  #tick(): void {
    this.#expel();
    for (const replica of this.#replicas) {
      if (replica.state !== 'runs') continue;
      // One that goes on after a stop does what it had in hand before it hears of anything.
      this.#demand(replica);
      this.#timeOut(replica);
      this.#heartbeat(replica);
      if (this.now >= replica.nextProbe) {
        replica.nextProbe = this.now + PROBE_EVERY_MS;
        this.#call(replica, 0);
      }
    }
  }

  #demand(replica: Replica): void {
    const { core } = replica;
    const wanted = this.#isBurst() ? 7 : 0;
    if (wanted === 0) return;
    const clock = replica.clock(this.now);
    const route = core.route(clock);
    switch (route.kind) {
      case 'closed':
        return;
      case 'shared':
        return this.#call(replica, wanted);
      case 'local':
        return this.#granted(core.takeLocally(TENANT, this.limit, route, wanted, clock).granted, true);
    }
  }

  #isBurst(): boolean {
    this.#random = (this.#random * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (this.#random / 2_147_483_648) * 100 < this.#recipe.bursts;
  }

  #granted(granted: number, local: boolean): void {
    if (granted > 0) this.grants.push({ at: this.now, granted, limit: this.limit, local });
  }

  #call(replica: Replica, wanted: number): void {
    const { core } = replica;
    const clock = replica.clock(this.now);
    const deadline = this.now + this.#recipe.serverOffset + CALL_TIMEOUT_MS;
    const voice = { replica: replica.name, deadline, ...core.voice(clock) };
    if (this.#server === 'down') return core.failed(clock, clock);
    if (this.#server === 'hung') {
      replica.hanging ??= this.now;
      this.#late.push({ voice, wanted });
      return;
    }
    if (replica.hanging !== undefined) return;
    const answer = this.#log.take(this.#facts(), voice, TENANT, this.limit, wanted);
    core.answered();
    if (answer.kind === 'taken') this.#granted(answer.granted, false);
  }

  #timeOut(replica: Replica): void {
    const { hanging } = replica;
    if (hanging === undefined || this.now < hanging + CALL_TIMEOUT_MS) return;
    replica.hanging = undefined;
    replica.core.failed(replica.clock(hanging), replica.clock(this.now));
  }

  #heartbeat(replica: Replica): void {
    if (replica.member === undefined) {
      replica.core.share.revoked();
      return this.#rebalance();
    }
    replica.heard = this.now;
    replica.core.share.confirmed(replica.clock(this.now));
  }

  #expel(): void {
    for (const replica of this.#replicas) {
      if (replica.state === 'runs' || replica.member === undefined) continue;
      if (this.now < replica.heard + SESSION_MS) continue;
      replica.member = undefined;
      this.#rebalance();
    }
  }

  #leave(replica: Replica): void {
    if (replica.state !== 'runs') return;
    const clock = replica.clock(this.now);
    if (this.#server === 'up' && replica.core.isQuiet(clock))
      this.#log.leave(this.#facts(), {
        replica: replica.name,
        deadline: Infinity,
        ...replica.core.voice(clock),
      });
    replica.state = 'dead';
    replica.member = undefined;
    this.#rebalance();
  }

  /** Everybody who is not expelled takes part; one that is stopped keeps what it has until its session ends. */
  #rebalance(turn = 0): void {
    const running = this.#replicas.filter(({ state }) => state === 'runs');
    const holding = this.#replicas.filter(({ state, member }) => state !== 'runs' && member !== undefined);
    if (running.length === 0 || holding.length > 0) return;
    for (const replica of running) {
      replica.member ??= `m-${this.#members++}`;
      replica.heard = this.now;
      replica.core.share.revoked();
      replica.partitions = [];
    }
    for (let partition = 0; partition < PARTITIONS; partition++)
      running[(partition + turn) % running.length]?.partitions.push(partition);
    for (const { core, member = '', partitions, clockOffset } of running)
      core.share.assigned({ member, partitions, all: PARTITIONS }, this.now + clockOffset);
  }
}

const DOINGS = [
  'wait',
  'hang',
  'kill server',
  'up',
  'flush',
  'evict',
  'kill',
  'leave',
  'stop',
  'rebalance',
  'limit',
] as const;

interface Step {
  readonly do: (typeof DOINGS)[number];
  readonly pick: number;
  readonly ms: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(...DOINGS, 'wait', 'wait', 'up', 'up', 'kill server'),
  pick: fc.nat(11),
  ms: fc.oneof(
    fc.constantFrom(10, 200),
    fc.integer({ min: 1, max: 30 }).map((n) => n * 100),
  ),
});
const offset = fc.integer({ min: -5_000, max: 5_000 });
const recipe = fc.record({
  offsets: fc.tuple(offset, offset, offset),
  serverOffset: offset,
  durable: fc.boolean(),
  bursts: fc.constantFrom(1, 3, 100),
  seed: fc.nat(),
});

/** Replicas that grant their shares do not see each other: a limit that was lowered holds for them all after a window. */
function expectNeverAbove({ grants }: World): void {
  for (const [i, { at, limit, local }] of grants.entries()) {
    let sum = 0;
    let allowed = limit;
    for (let j = i; j >= 0; j--) {
      const earlier = grants[j];
      if (!earlier || earlier.at <= at - TIMING.windowMs) break;
      sum += earlier.granted;
      if (local) allowed = Math.max(allowed, earlier.limit);
    }
    if (sum > allowed)
      throw new Error(`${sum} granted within the window that ends at ${at}, limit ${allowed}`);
  }
}

test('never above the limit in any window, whatever goes away, comes back, moves or is emptied', () => {
  fc.assert(
    fc.property(recipe, fc.array(step, { minLength: 1, maxLength: 25 }), (from, steps) => {
      const w = new World(from);
      for (const one of steps) w.run(one);
      expectNeverAbove(w);
    }),
    { numRuns: 250 },
  );
});

test('whatever has happened, the whole limit is granted again once the log is there', () => {
  fc.assert(
    fc.property(recipe, fc.array(step, { maxLength: 15 }), (from, steps) => {
      const w = new World({ ...from, bursts: 100 });
      for (const one of steps) w.run(one);
      w.heal();
      w.wait(3 * (TIMING.windowMs + TIMING.slackMs));
      expect(w.grantedSince(w.now - TIMING.windowMs - 3 * TICK_MS)).toBeGreaterThanOrEqual(20);
      expectNeverAbove(w);
    }),
    { numRuns: 60 },
  );
});

test('while the log stays away, the shares are granted and other windows are not', () => {
  const w = new World({ offsets: [0, 700, -700], serverOffset: 0, durable: false, bursts: 100, seed: 1 });
  w.wait(2_000);
  w.killServer();
  const lost = w.now;
  w.wait(TIMING.windowMs + TIMING.patienceMs - 50);
  expect(w.grantedSince(lost)).toBe(0);
  w.wait(3_000);
  // 20 * 4 / 12 = 6 each.
  expect(w.grantedSince(w.now - TIMING.windowMs - 3 * TICK_MS)).toBeGreaterThanOrEqual(18);
  expectNeverAbove(w);
});

test('a log that is back before the patience is over grants at once', () => {
  const w = new World({ offsets: [0, 700, -700], serverOffset: 0, durable: true, bursts: 100, seed: 1 });
  w.wait(2_000);
  w.killServer();
  w.wait(TIMING.windowMs + TIMING.patienceMs - 2 * TIMING.slackMs);
  w.heal();
  const back = w.now;
  w.wait(TIMING.slackMs);
  expect(w.grantedSince(back)).toBeGreaterThanOrEqual(18);
  expectNeverAbove(w);
});

test('never above the limit whenever the log comes back, before the shares are granted, as they begin to be, or after', () => {
  for (let awayMs = TIMING.windowMs; awayMs <= 2 * TIMING.windowMs; awayMs += TICK_MS) {
    const w = new World({ offsets: [0, 700, -700], serverOffset: 0, durable: true, bursts: 100, seed: 1 });
    w.wait(2_000);
    w.killServer();
    w.wait(awayMs);
    w.heal();
    w.wait(2 * TIMING.windowMs);
    expectNeverAbove(w);
  }
});
