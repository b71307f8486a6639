import { startVecino } from '@vecino/path-tests';
import { ROUTES, tenantOf } from '@vecino/tenancy';
import { GUEST, MOVER } from '../chaos-tenants.js';
import { during, type Fault } from '../fault.js';
import { type Ground, openRequestsOf } from '../ground.js';

function routeOf({ platform }: Ground, id: string): string {
  const tenant = tenantOf(platform.path.platform.registry, id);
  if (tenant === undefined) throw new Error(`the registry has no ${id}`);
  return tenant.route;
}

/** What the command says in the end proves it. */
async function said(ground: Ground, args: readonly string[]): Promise<string> {
  const { code, said } = await startVecino(ground.platform, args).ended;
  if (code !== 0) throw new Error(`vecino ${args.join(' ')} ended with ${code}:\n${said}`);
  return said;
}

const move: Fault = {
  summary: 'a tenant moves to another route while its requests flow',
  concerns: () => [MOVER.id],
  strike: (ground) =>
    during(async () => {
      const from = routeOf(ground, MOVER.id);
      const to = ground.choices.pick(ROUTES.filter((route) => route !== from));
      await said(ground, ['tenant', 'move', MOVER.id, '--to', to]);
      return routeOf(ground, MOVER.id) === to ? `${MOVER.id} moved from ${from} to ${to}` : undefined;
    }),
};

/** Requests of it are under way when it is fenced; nothing more comes until it is back. */
const remove: Fault = {
  summary: 'a tenant with requests under way is removed, and comes back',
  concerns: () => [GUEST.tenant.id],
  strike: (ground) =>
    during(async () => {
      const { id } = GUEST.tenant;
      const open = openRequestsOf(ground, id).length;
      ground.absent.add(id);
      try {
        const how = ground.choices.pick(['--drain', '--cancel']);
        await said(ground, ['tenant', 'remove', id, how, '--yes']);
        await said(ground, ['tenant', 'add', id, ...GUEST.entryArguments(ground.platform.tenants)]);
        return open > 0 ? `${id} removed (${how}) with ${open} requests open, and added again` : undefined;
      } finally {
        ground.absent.delete(id);
      }
    }),
};

export const TENANT_FAULTS = { 'move-tenant': move, 'remove-tenant': remove } satisfies Record<string, Fault>;
