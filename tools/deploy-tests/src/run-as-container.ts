import { spawn } from 'node:child_process';
import { findExecutable, type ManagedProcess, type Supervisor } from '@vecino/devstack';
import { type ComposeService } from './compose-file.js';
import { type ImageLayout } from './perform-dockerfile.js';

/** Texts of the compose file (addresses, paths) and what stands for them here; the longest first. */
export type Substitutions = ReadonlyMap<string, string>;

export interface ContainerPlan {
  readonly name: string;
  readonly service: ComposeService;
  readonly image: ImageLayout;
  readonly substitutions: Substitutions;
  /** Stands for the container's /tmp. */
  readonly tmp: string;
  readonly logPath: string;
}

const GRACE_MS = 30_000;

/** A text of the compose file with this machine's addresses and paths. */
export function substitute(text: string, substitutions: Substitutions): string {
  return [...substitutions].reduce((done, [from, to]) => done.replaceAll(from, to), text);
}

/** The environment of the container: the image's, then the compose file's, and nothing of this machine's. */
export function containerEnvironment({ service, image, substitutions, tmp }: ContainerPlan) {
  const given = Object.entries(service.environment ?? {}).map(([name, value]) => [
    name,
    substitute(String(value), substitutions),
  ]);
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: tmp,
    ...image.env,
    ...Object.fromEntries(given),
  } as Record<string, string>;
}

/** The container's command line, as the image's user without privileges where this is run as root. */
function containerCommand(plan: ContainerPlan, command: readonly string[]): [string, string[]] {
  const { image, substitutions } = plan;
  const line = command.map((part) => substitute(part, substitutions));
  if (line[0] === 'node') line[0] = process.execPath;
  const setpriv = process.getuid?.() === 0 ? findExecutable('setpriv', process.env) : undefined;
  if (setpriv === undefined) return [line[0] ?? '', line.slice(1)];
  const { uid, gid } = image.user;
  const dropped = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--clear-groups'];
  return [setpriv, [`--reuid=${uid}`, `--regid=${gid}`, ...dropped, ...line]];
}

/** Starts the entry point of the image with the service's command. */
export function startContainer(supervisor: Supervisor, plan: ContainerPlan): Promise<ManagedProcess> {
  const [command, args] = containerCommand(plan, [...plan.image.entrypoint, ...(plan.service.command ?? [])]);
  return supervisor.run({
    name: plan.name,
    command,
    args,
    env: containerEnvironment(plan),
    cwd: plan.image.workdir,
    logPath: plan.logPath,
    graceMs: GRACE_MS,
  });
}

/** Runs the service's health check once, as the engine would: whether it exited with 0. */
export async function checkHealth(plan: ContainerPlan): Promise<boolean> {
  const [kind, ...check] = plan.service.healthcheck?.test ?? [];
  if (kind !== 'CMD') throw new Error(`${plan.name} has no health check that is a command`);
  const [command, args] = containerCommand(plan, check);
  const child = spawn(command, args, {
    cwd: plan.image.workdir,
    env: containerEnvironment(plan),
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}
