import type { MachineClock } from './router-clock.js';
import type { AlarmConfig } from './router-config.js';

/** Identities of openconfig-alarm-types. */
export const ALARM_SEVERITIES = ['UNKNOWN', 'MINOR', 'WARNING', 'MAJOR', 'CRITICAL'] as const;

/** Alarms of a router: those that last, and those that a boot raised and the next one clears. */
export class AlarmTable {
  readonly #machine: MachineClock;
  readonly #lasting: Map<string, AlarmConfig>;
  #raisedByBoot: { readonly alarm: AlarmConfig; readonly untilMs: number }[] = [];

  constructor(alarms: readonly AlarmConfig[], machine: MachineClock) {
    this.#machine = machine;
    this.#lasting = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  }

  raise(alarm: AlarmConfig): void {
    this.#lasting.set(alarm.id, alarm);
  }

  /** Cleared after `forMs`, or by the next boot. */
  raiseByBoot(alarm: AlarmConfig, forMs: number): void {
    this.#raisedByBoot.push({ alarm, untilMs: this.#machine() + forMs });
  }

  clear(id: string): void {
    this.#lasting.delete(id);
    this.#raisedByBoot = this.#raisedByBoot.filter(({ alarm }) => alarm.id !== id);
  }

  booted(): void {
    this.#raisedByBoot = [];
  }

  list(): AlarmConfig[] {
    const now = this.#machine();
    const raised = this.#raisedByBoot.filter(({ untilMs }) => now < untilMs).map(({ alarm }) => alarm);
    return [...new Map([...this.#lasting.values(), ...raised].map((alarm) => [alarm.id, alarm])).values()];
  }
}
