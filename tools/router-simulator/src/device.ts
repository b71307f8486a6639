import { AlarmTable } from './alarm-table.js';
import { ImageDisk } from './image-disk.js';
import { RouterClock, type MachineClock } from './router-clock.js';
import type { RouterConfig } from './router-config.js';
import { seededRandom } from './seeded-random.js';
import { StandbySupervisor, Supervisor } from './supervisor.js';
import { Traffic } from './traffic.js';

const NS_PER_MS = 1_000_000n;
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

/** What a boot brings up on each supervisor. */
export interface BootChoice {
  readonly version?: string;
  readonly activationFailMessage?: string;
}

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
    this.active = new Supervisor('RP0', config.runningVersion, config.installedVersions);
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

  /** Without a choice a supervisor boots what was activated. `standbyReadyMs` counts from now. */
  boot(active: BootChoice = {}, standby: BootChoice = active, standbyReadyMs = 0): void {
    this.boots += 1;
    this.pendingReboot = undefined;
    this.installer = undefined;
    this.inProgressUntilMs = 0;
    this.active.boot(active.version, active.activationFailMessage);
    this.standby?.bootUntil(this.nowMs() + standbyReadyMs, standby.version, standby.activationFailMessage);
    this.clock.booted();
    this.alarms.booted();
    this.traffic.stop();
  }

  /** Only the standby supervisor boots; the router goes on. */
  bootStandby(): void {
    this.standby?.bootUntil(this.nowMs() + this.config.rebootMs);
  }

  /** Deletes the images that no supervisor needs; returns whether there were any. */
  purgeImages(): boolean {
    const all = this.standby === undefined ? [this.active] : [this.active, this.standby];
    const gone = all.flatMap((supervisor) => supervisor.purge());
    this.disk.release(gone.filter((version) => !all.some((supervisor) => supervisor.has(version))));
    return gone.length > 0;
  }
}

function standbyOf({ supervisors, runningVersion }: RouterConfig): StandbySupervisor | undefined {
  if (supervisors.kind === 'single') return undefined;
  const { id, condition, runningVersion: own, installedVersions } = supervisors.standby;
  return new StandbySupervisor(id, own ?? runningVersion, installedVersions, condition);
}
