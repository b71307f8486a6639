import { readFileSync } from 'node:fs';

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
