export { type Bench } from './bench.js';
export { type BenchReport } from './report.js';
export { BENCHES, runBench, type RunBenchOptions } from './run-bench.js';
