/** What a boot brings up; what was activated where no version is named. */
export interface BootChoice {
  readonly version?: string;
  readonly activationFailMessage?: string;
}

/** One supervisor: what is on its disk, what it runs, what it will boot. */
export class Supervisor {
  readonly id: string;
  runningVersion: string;
  nextBootVersion: string;
  /** Why the last boot did not end in the activated version; empty when it did. */
  activationFailMessage = '';
  /** In the order of their installation. */
  readonly installed: Set<string>;
  readonly #keepsActivation: boolean;

  /** `keepsActivation`: an activated version that was not booted is still the one to boot next. */
  constructor(
    id: string,
    runningVersion: string,
    installedVersions: readonly string[],
    keepsActivation = false,
  ) {
    this.id = id;
    this.#keepsActivation = keepsActivation;
    this.runningVersion = runningVersion;
    this.nextBootVersion = runningVersion;
    this.installed = new Set([runningVersion, ...installedVersions]);
  }

  /** Whether its next boot brings another version. */
  get armed(): boolean {
    return this.nextBootVersion !== this.runningVersion;
  }

  has(version: string): boolean {
    return this.installed.has(version);
  }

  /** As if it had been booted with `version` all along. */
  setRunning(version: string): void {
    this.installed.add(version);
    this.runningVersion = version;
    this.nextBootVersion = version;
  }

  boot({ version = this.nextBootVersion, activationFailMessage = '' }: BootChoice = {}): void {
    const activated = this.nextBootVersion;
    this.setRunning(version);
    if (this.#keepsActivation) this.nextBootVersion = activated;
    this.activationFailMessage = activationFailMessage;
  }

  /** Deletes what it neither runs nor will boot; returns what is gone. */
  purge(): string[] {
    const gone = [...this.installed].filter(
      (version) => version !== this.runningVersion && version !== this.nextBootVersion,
    );
    gone.forEach((version) => this.installed.delete(version));
    return gone;
  }
}

/** `present`, or one of the states `gnoi.os.StandbyState` has for a router made for two supervisors. */
export const STANDBY_CONDITIONS = ['present', 'NON_EXISTENT', 'UNAVAILABLE'] as const;
export type StandbyCondition = (typeof STANDBY_CONDITIONS)[number];
export const ABSENT_CONDITIONS = ['NON_EXISTENT', 'UNAVAILABLE'] as const;
export type AbsentCondition = (typeof ABSENT_CONDITIONS)[number];

/** The second supervisor of a router that has room for two. */
export class StandbySupervisor extends Supervisor {
  /** What it is when it is not booting. */
  settled: StandbyCondition;
  #bootingUntilMs = 0;
  #whileBooting: AbsentCondition = 'UNAVAILABLE';

  constructor(
    id: string,
    runningVersion: string,
    installedVersions: readonly string[],
    keepsActivation: boolean,
    settled: StandbyCondition,
  ) {
    super(id, runningVersion, installedVersions, keepsActivation);
    this.settled = settled;
  }

  condition(nowMs: number): StandbyCondition {
    return this.settled === 'present' && nowMs < this.#bootingUntilMs ? this.#whileBooting : this.settled;
  }

  /** Boots as any supervisor, and is `meanwhile` before `readyAtMs`; for ever where that is infinite. */
  bootUntil(readyAtMs: number, meanwhile: AbsentCondition, choice?: BootChoice): void {
    if (this.settled !== 'present') return;
    this.boot(choice);
    this.#bootingUntilMs = readyAtMs;
    this.#whileBooting = meanwhile;
  }
}
