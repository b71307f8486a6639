import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched servers are kept, outside any clone and shared by all of them. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env['VECINO_CACHE_DIR']) return env['VECINO_CACHE_DIR'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'vecino');
  return join(homedir(), '.cache', 'vecino');
}
