import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const REGISTER = join(ROOT, 'tools/devstack/register.cjs');

/** The life of a service in a process of its own, with what happens while it starts. */
const serviceIn = (happens: string): string => `
const { runService } = require('@vecino/lifecycle');
const start = async () => { ${happens}; return {}; };
runService(process, {
  name: 'ingest',
  parseConfig: () => ({ ok: true, config: { logLevel: 'error' } }),
  create: () => ({ checks: [], pulses: [], start, stop: async () => undefined }),
}).then((code) => process.exit(code));
setTimeout(() => process.exit(9), 20000);
`;

const ended = (script: string): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const args = ['-C', '@vecino/source', '-r', REGISTER, '-e', script];
    execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });

test.each([
  ['setImmediate(() => { throw new Error("boom"); })', 'UNCAUGHT_EXCEPTION'],
  ['void Promise.reject(new Error("boom"))', 'UNHANDLED_REJECTION'],
])(
  'a process in which nobody catches %s ends with one line of level error',
  async (happens, code) => {
    const { stdout, ...end } = await ended(serviceIn(happens));
    expect(end).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'error',
      msg: 'a fault that nobody caught: the process ends',
      code,
      err: { message: 'boom' },
      exit_code: 1,
    });
  },
  30_000,
);
