import type { RouterConfig } from './router-config.js';
import { seededRandom } from './seeded-random.js';

const NS_PER_MS = 1_000_000n;
const DAY_MS = 24 * 60 * 60_000;

export interface PendingReboot {
  readonly atNs: bigint;
  readonly reason: string;
}

/** A router's software and clock, without its network. */
export class Device {
  readonly routerId: string;
  readonly freeBytes: number;
  runningVersion: string;
  nextBootVersion: string;
  readonly installed: Set<string>;
  bootTimeNs: bigint;
  boots = 0;
  installing = false;
  pendingReboot: PendingReboot | undefined;
  activationFailMessage = '';
  readonly #clockOffsetMs: number;

  /** Boot time and clock error follow from `seed` and the router id. */
  constructor(config: RouterConfig, seed: string) {
    const random = seededRandom(`${seed}/${config.routerId}`);
    this.routerId = config.routerId;
    this.freeBytes = config.freeBytes;
    this.runningVersion = config.runningVersion;
    this.nextBootVersion = config.runningVersion;
    this.installed = new Set([config.runningVersion, ...config.installedVersions]);
    this.#clockOffsetMs = Math.round((random() - 0.5) * 10_000);
    const upForMs = DAY_MS + Math.round(random() * 90 * DAY_MS);
    this.bootTimeNs = this.nowNs() - BigInt(upForMs) * NS_PER_MS + BigInt(Math.round(random() * 1e6));
  }

  /** The router's own clock. */
  nowNs(): bigint {
    return BigInt(Date.now() + this.#clockOffsetMs) * NS_PER_MS;
  }

  /** As if the router had been booted with `version` all along. */
  setRunning(version: string): void {
    this.installed.add(version);
    this.runningVersion = version;
    this.nextBootVersion = version;
  }

  boot(): void {
    this.bootTimeNs = this.nowNs();
    this.boots += 1;
    this.runningVersion = this.nextBootVersion;
    this.pendingReboot = undefined;
    this.installing = false;
  }
}
