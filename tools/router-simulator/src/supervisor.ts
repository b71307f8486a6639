/** One supervisor: what is on its disk, what it runs, what it will boot. */
export class Supervisor {
  readonly id: string;
  runningVersion: string;
  nextBootVersion: string;
  /** Why the last boot did not end in the activated version; empty when it did. */
  activationFailMessage = '';
  /** In the order of their installation. */
  readonly installed: Set<string>;

  constructor(id: string, runningVersion: string, installedVersions: readonly string[]) {
    this.id = id;
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

  /** Boots `version`; an activated version that is not booted is forgotten. */
  boot(version: string = this.nextBootVersion, activationFailMessage = ''): void {
    this.setRunning(version);
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

/** The second supervisor of a router that has room for two. */
export class StandbySupervisor extends Supervisor {
  /** What it is when it is not booting. */
  settled: StandbyCondition;
  #bootingUntilMs = 0;

  constructor(
    id: string,
    runningVersion: string,
    installedVersions: readonly string[],
    settled: StandbyCondition,
  ) {
    super(id, runningVersion, installedVersions);
    this.settled = settled;
  }

  condition(nowMs: number): StandbyCondition {
    return this.settled === 'present' && nowMs < this.#bootingUntilMs ? 'UNAVAILABLE' : this.settled;
  }

  /** Boots as any supervisor, and cannot be spoken to before `readyAtMs`; never where that is infinite. */
  bootUntil(readyAtMs: number, version?: string, activationFailMessage?: string): void {
    if (this.settled !== 'present') return;
    this.boot(version, activationFailMessage);
    this.#bootingUntilMs = readyAtMs;
  }
}
