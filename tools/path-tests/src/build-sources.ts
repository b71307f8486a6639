import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Programs run as they are shipped: from the build. The command line's own start brings it up to date. */
export async function buildSources(root: string): Promise<void> {
  const bootstrap = join(root, 'tools', 'cli', 'bootstrap.cjs');
  const child = spawn(process.execPath, [bootstrap, '--help'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the sources do not build:\n${said}`);
}
