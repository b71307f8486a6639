import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MIB = 1024 * 1024;

/** Resident memory of a process, in MiB; NaN where it has ended. */
export function residentMib(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kib) * 1024) / MIB;
  } catch {
    return NaN;
  }
}

/** Resident memory of a process while something runs, in MiB. */
export function sampleMemory(pid: number, everyMs = 200): { stop(): { max: number; end: number } } {
  const samples: number[] = [];
  const sample = (): void => {
    const mib = residentMib(pid);
    if (!Number.isNaN(mib)) samples.push(mib);
  };
  const timer = setInterval(sample, everyMs);
  sample();
  return {
    stop() {
      clearInterval(timer);
      sample();
      return { max: Math.max(...samples), end: samples.at(-1) ?? NaN };
    },
  };
}

/** Ticks of processor time are hundredths of a second on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
const UTIME = 11;
const STIME = 12;

/** Processor time that a process has used so far, in seconds; NaN where it has ended. */
export function processorSeconds(pid: number): number {
  try {
    // The name, in brackets, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
  } catch {
    return NaN;
  }
}

/** Processors that each of some processes kept busy for a while, such as 0.25. */
export async function processorsBusy(pids: readonly number[], forMs: number): Promise<number[]> {
  const before = pids.map(processorSeconds);
  const from = performance.now();
  await sleep(forMs);
  const seconds = (performance.now() - from) / 1_000;
  return pids.map((pid, n) => (processorSeconds(pid) - (before[n] as number)) / seconds);
}
