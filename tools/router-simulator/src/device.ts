import { AlarmTable } from './alarm-table.js';
import { ImageDisk } from './image-disk.js';
import { RouterClock, type MachineClock } from './router-clock.js';
import type { RouterConfig } from './router-config.js';
import { seededRandom } from './seeded-random.js';
import { StandbySupervisor, Supervisor, type AbsentCondition, type BootChoice } from './supervisor.js';
import { Traffic } from './traffic.js';

const NS_PER_MS = 1_000_000n;
const US_PER_MS = 1_000;
const DAY_MS = 24 * 60 * 60_000;
/** Real clocks are a few seconds off. */
const CLOCK_ERROR_MS = 10_000;

export interface PendingReboot {
  /** By the router's clock. */
  readonly atNs: bigint;
  readonly reason: string;
  /** By the machine's clock; RebootStatus says nothing of it before. */
  readonly visibleFromMs: number;
}

/** How long the standby supervisor can't be spoken to from a boot on, maybe for ever, and what Verify says of it. */
export interface StandbyAbsence {
  readonly forMs: number;
  readonly condition: AbsentCondition;
}

const PROMPT: StandbyAbsence = { forMs: 0, condition: 'UNAVAILABLE' };

/** A router's software, hardware and clock, without its network. */
export class Device {
  readonly routerId: string;
  readonly config: RouterConfig;
  readonly clock: RouterClock;
  readonly active: Supervisor;
  /** Undefined where the router is made for one supervisor. */
  readonly standby: StandbySupervisor | undefined;
  readonly disk: ImageDisk;
  readonly traffic: Traffic;
  readonly alarms: AlarmTable;
  /** Boots since the simulator started. */
  boots = 0;
  /** Who holds the router's one Install. */
  installer: object | undefined;
  pendingReboot: PendingReboot | undefined;
  /** Verify says "in-progress" until then; by the machine's clock. */
  inProgressUntilMs = 0;
  readonly #machine: MachineClock;

  /** Boot time and clock error follow from `seed` and the router id. */
  constructor(config: RouterConfig, seed: string, machine: MachineClock = Date.now) {
    const random = seededRandom(`${seed}/${config.routerId}`);
    this.routerId = config.routerId;
    this.config = config;
    this.#machine = machine;
    this.active = new Supervisor(
      'RP0',
      config.runningVersion,
      config.installedVersions,
      config.keepsActivation,
    );
    this.standby = standbyOf(config);
    this.disk = new ImageDisk(config.freeBytes);
    this.traffic = new Traffic(config, machine);
    this.alarms = new AlarmTable(config.alarms, machine);
    const offsetMs = Math.round((random() - 0.5) * CLOCK_ERROR_MS);
    const upForMs = DAY_MS + Math.round(random() * 90 * DAY_MS);
    this.clock = new RouterClock({
      machine,
      offsetMs,
      upForNs: BigInt(upForMs) * NS_PER_MS - BigInt(Math.round(random() * 1e6)),
      bootTimeFollows: config.bootTimeFollowsClock,
      jitterNs: () => microseconds((2 * random() - 1) * config.bootTimeJitterMs * US_PER_MS),
    });
  }

  get runningVersion(): string {
    return this.active.runningVersion;
  }

  get nextBootVersion(): string {
    return this.active.nextBootVersion;
  }

  get installed(): Set<string> {
    return this.active.installed;
  }

  get bootTimeNs(): bigint {
    return this.clock.bootTimeNs;
  }

  get installing(): boolean {
    return this.installer !== undefined;
  }

  /** What Verify says of the last boot. */
  get activationFailMessage(): string {
    const early = this.config.earlyInProgress && this.active.armed;
    return early || this.nowMs() < this.inProgressUntilMs ? 'in-progress' : this.active.activationFailMessage;
  }

  set activationFailMessage(message: string) {
    this.active.activationFailMessage = message;
  }

  /** Whether each supervisor wants an Install and an Activate of its own. */
  get individualInstall(): boolean {
    const { supervisors } = this.config;
    return supervisors.kind === 'dual' && supervisors.install === 'individual';
  }

  /** The supervisors that are there and can be spoken to. */
  get supervisors(): readonly Supervisor[] {
    const standby = this.readyStandby;
    return standby === undefined ? [this.active] : [this.active, standby];
  }

  get readyStandby(): StandbySupervisor | undefined {
    return this.standby?.condition(this.nowMs()) === 'present' ? this.standby : undefined;
  }

  nowMs(): number {
    return this.#machine();
  }

  /** The router's own clock. */
  nowNs(): bigint {
    return this.clock.nowNs();
  }

  /** As if the router had been booted with `version` all along. */
  setRunning(version: string): void {
    this.active.setRunning(version);
    if (this.standby?.settled === 'present') this.standby.setRunning(version);
  }

  /** A package has been received and found good. */
  install(version: string, onto: readonly Supervisor[], bytes: number): void {
    onto.forEach(({ installed }) => installed.add(version));
    this.disk.store(version, bytes);
  }

  /** Without a choice a supervisor boots what was activated. */
  boot(active: BootChoice = {}, standby: BootChoice = active, absence: StandbyAbsence = PROMPT): void {
    this.boots += 1;
    this.pendingReboot = undefined;
    this.installer = undefined;
    this.inProgressUntilMs = 0;
    this.active.boot(active);
    const { forMs, condition } = absence;
    this.standby?.bootUntil(this.nowMs() + forMs, condition, standby);
    this.clock.booted();
    this.alarms.booted();
    this.traffic.stop();
  }

  /** Only the standby supervisor boots; the router goes on. */
  bootStandby(): void {
    this.standby?.bootUntil(this.nowMs() + this.config.rebootMs, 'UNAVAILABLE');
  }

  /** Deletes the images that no supervisor needs; returns whether there were any. */
  purgeImages(): boolean {
    const all = this.standby === undefined ? [this.active] : [this.active, this.standby];
    const gone = all.flatMap((supervisor) => supervisor.purge());
    this.disk.release(gone.filter((version) => !all.some((supervisor) => supervisor.has(version))));
    return gone.length > 0;
  }
}

const microseconds = (us: number): bigint => BigInt(Math.round(us)) * 1_000n;

function standbyOf({
  supervisors,
  runningVersion,
  keepsActivation,
}: RouterConfig): StandbySupervisor | undefined {
  if (supervisors.kind === 'single') return undefined;
  const { id, condition, runningVersion: own, installedVersions } = supervisors.standby;
  return new StandbySupervisor(id, own ?? runningVersion, installedVersions, keepsActivation, condition);
}
