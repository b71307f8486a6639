import { TEMPORAL_NAMESPACE, TEMPORAL_UI, tracesOfAll, UIDS, workflowsOfAll } from '../../links.js';
import type { Page } from '../../page.js';
import { BY_TENANT } from './by-tenant.js';
import { NOW } from './now.js';
import { PROCESSES } from './processes.js';
import { WORK } from './work.js';

export const OVERVIEW: Page = {
  uid: UIDS.overview,
  title: 'Vecino · Platform',
  question:
    'Is anything wrong, and where? Top row first: what is not green links to the dashboard that says more.',
  variables: [TEMPORAL_UI, TEMPORAL_NAMESPACE],
  links: [tracesOfAll, workflowsOfAll],
  rows: [NOW, BY_TENANT, WORK, PROCESSES],
};
