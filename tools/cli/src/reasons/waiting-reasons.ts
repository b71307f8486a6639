import { type ReasonTexts } from './reason-text.js';

/** Why an accepted deployment has not started. */
export const WAITING = {
  CAP_REACHED: {
    happened: 'All slots of the tenant are in use.',
    todo: 'Wait. If it is usual, raise `limits.max_concurrent_workflows_per_tenant`.',
  },
  ROUTER_BUSY: {
    happened: 'Another deployment holds the router, by its id or its address.',
    todo: 'Wait. If the holder does not end: [router quarantined](runbooks/router-quarantined.md).',
  },
  BEHIND_ON_ROUTER: {
    happened: 'Earlier requests for the same router go first.',
    todo: 'Wait. Order per router always wins over priority.',
  },
  NOT_BEFORE: {
    happened: 'The request named a time; the status says until when.',
    todo: 'Wait.',
  },
  TENANT_PAUSED: {
    happened: 'The tenant is `paused` in the registry.',
    todo: '`./vecino tenant resume`.',
  },
  PLATFORM_PAUSED: {
    happened: 'The whole platform is paused.',
    todo: '`./vecino resume --platform`, by whoever paused it: the sentence says who and why.',
  },
  VERSION_STOPPED: {
    happened: 'This software version is stopped everywhere.',
    todo: 'Wait for `./vecino resume --software-version`, or cancel and ask for another version.',
  },
  TENANT_MOVING: {
    happened: 'The tenant is on its way to another namespace: nothing starts until it is there.',
    todo: 'Wait. If it lasts: `./vecino tenant move` with the same route goes on where it stopped.',
  },
  STATUS_BACKLOG: {
    happened: '1,000 statuses of the gate wait to be published: it starts nothing until they are.',
    todo: '[Projector away](runbooks/projector-away.md).',
  },
  GATE_CLOSING: {
    happened: 'The gate is continuing as a new run, or is rebuilding itself.',
    todo: 'Wait: a moment. If it lasts: [gate ended](runbooks/gate-ended.md) and [projector away](runbooks/projector-away.md).',
  },
} as const satisfies ReasonTexts<'happened' | 'todo'>;
