import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable, runCommand } from '@vecino/devstack';

/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** `st` of a listening socket in /proc/net/tcp. */
const LISTENING = '0A';
const LSOF_WITHIN_MS = 5_000;

/** Who listens on each of these ports, as far as we may know: processes of other users keep it to themselves. */
export async function portOwners(
  ports: readonly number[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReadonlyMap<number, PortOwner>> {
  if (ports.length === 0) return new Map();
  return process.platform === 'linux' ? ownersByProc(ports) : ownersByLsof(ports, env);
}

function ownersByProc(ports: readonly number[]): Map<number, PortOwner> {
  const portOfInode = new Map<string, number>();
  for (const table of ['tcp', 'tcp6'])
    for (const { port, inode } of listeners(readOr('', join('/proc/net', table))))
      if (ports.includes(port)) portOfInode.set(inode, port);
  const owners = new Map<number, PortOwner>();
  for (const pid of entriesOf('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of entriesOf(`/proc/${pid}/fd`)) {
      const port = portOfInode.get(inodeOf(`/proc/${pid}/fd/${fd}`));
      if (port !== undefined) owners.set(port, { pid: Number(pid), command: commandOf(pid) });
    }
  }
  return owners;
}

/** Rows of /proc/net/tcp: `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode`, addresses and ports in hexadecimal. */
export const listeners = (table: string): { readonly port: number; readonly inode: string }[] =>
  table
    .split('\n')
    .slice(1)
    .flatMap((row) => {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
      if (state !== LISTENING || inode === undefined) return [];
      return [{ port: Number.parseInt(local.split(':').at(-1) ?? '', 16), inode }];
    });

function inodeOf(fd: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(fd))?.[1] ?? '';
  } catch {
    return ''; // closed meanwhile
  }
}

const COMMAND_CHARACTERS = 60;

/** Arguments may hold secrets: the program and what it runs are enough. */
const commandOf = (pid: string): string =>
  readOr('', `/proc/${pid}/cmdline`)
    .split('\0')
    .filter(Boolean)
    .slice(0, 2)
    .join(' ')
    .slice(0, COMMAND_CHARACTERS) || readOr('?', `/proc/${pid}/comm`).trim();

async function ownersByLsof(
  ports: readonly number[],
  env: NodeJS.ProcessEnv,
): Promise<Map<number, PortOwner>> {
  const owners = new Map<number, PortOwner>();
  const lsof = findExecutable('lsof', env);
  if (lsof === undefined) return owners;
  for (const port of ports) {
    const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
    const output = await runCommand(lsof, args, { env, timeoutMs: LSOF_WITHIN_MS }).catch(() => '');
    const [, pid] = /^p(\d+)$/m.exec(output) ?? [];
    const [, command = '?'] = /^c(.+)$/m.exec(output) ?? [];
    if (pid !== undefined) owners.set(port, { pid: Number(pid), command });
  }
  return owners;
}

function readOr(otherwise: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // gone, or another user's
  }
}
