import { type RegisterCommand } from '../command.js';
import { registerTenantAdd } from './tenant/add.js';
import { registerTenantApply } from './tenant/apply.js';
import { registerTenantList } from './tenant/list.js';
import { registerTenantMove } from './tenant/move.js';
import { registerTenantPause } from './tenant/pause.js';
import { registerTenantRemove } from './tenant/remove.js';
import { registerTenantSet } from './tenant/set.js';
import { registerTenantShow } from './tenant/show.js';

export const registerTenant: RegisterCommand = (program, context) => {
  const tenant = program
    .command('tenant')
    .description('who may order upgrades, and how much of the platform they may use');
  registerTenantAdd(tenant, context);
  registerTenantSet(tenant, context);
  registerTenantShow(tenant, context);
  registerTenantList(tenant, context);
  registerTenantPause(tenant, context);
  registerTenantApply(tenant, context);
  registerTenantMove(tenant, context);
  registerTenantRemove(tenant, context);
};
