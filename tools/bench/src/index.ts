export { type BenchPlatform, startPlatform } from './bench-platform.js';
export { type Bench } from './bench.js';
export { type Laboratory, openLaboratory, requestRecord } from './laboratory.js';
export { type BenchReport, cut, raise, spread } from './report.js';
export { BENCHES, runBench, type RunBenchOptions } from './run-bench.js';
export { residentMib } from './process-usage.js';
export { readStatuses, type SeenStatus } from './status-reader.js';
export { type Tenants } from './tenant-plan.js';
