import { spawn } from 'node:child_process';

/** Reads environments from stdin and answers with what the configuration module makes of each. */
const PROGRAM = `
const { parseConfig } = require(process.argv[1]);
let text = '';
process.stdin.on('data', (chunk) => (text += chunk)).on('end', () =>
  process.stdout.write(JSON.stringify(JSON.parse(text).map((env) => parseConfig(env)))));
`;

/** What a built service's own `parseConfig` says to each of these environments. */
export async function parseEnvironments(
  configModule: string,
  environments: readonly Readonly<Record<string, string>>[],
): Promise<readonly { readonly ok: boolean; readonly faults?: readonly string[] }[]> {
  const child = spawn(process.execPath, ['-e', PROGRAM, configModule], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  });
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString('utf8')));
  child.stdin.end(JSON.stringify(environments));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${configModule}: exit code ${code}`)),
    );
  });
  return JSON.parse(answer) as { ok: boolean; faults?: string[] }[];
}
