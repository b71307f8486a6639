import { assertNever, type EpochMs } from '@vecino/foundation';
import type {
  GateInput,
  StatusChange,
  SubmitBatch,
  SubmitCommand,
  TenantSettings,
} from '../api/gate-protocol.js';
import type { DeadLetterOrder, RebuildPage } from '../api/projector-activities.js';
import { EMPTY_CARRIED, type Carried } from './carried.js';
import { RebuiltBook } from './rebuilt-book.js';

/** What a gate's history tells, as far as its state depends on it. */
export type GateEvent =
  | { readonly kind: 'started'; readonly input: GateInput; readonly at: EpochMs }
  | { readonly kind: 'submitted'; readonly batch: SubmitBatch; readonly at: EpochMs }
  | { readonly kind: 'commanded'; readonly command: SubmitCommand }
  | { readonly kind: 'configured'; readonly settings: TenantSettings }
  | { readonly kind: 'rebuilt'; readonly page: RebuildPage }
  | { readonly kind: 'child-asked-for'; readonly deploymentId: string }
  | {
      readonly kind: 'child-started';
      readonly deploymentId: string;
      readonly runId: string;
    }
  /** Given out to be published; whether it was, a later `published` tells. */
  | { readonly kind: 'decided'; readonly changes: readonly StatusChange[] }
  | { readonly kind: 'published'; readonly changes: readonly StatusChange[] }
  | { readonly kind: 'letters-written'; readonly orders: readonly DeadLetterOrder[] };

/** Where a run began: with what it was handed, with what it rebuilt, or not at all before it died. */
export type RunOrigin =
  | { readonly kind: 'known'; readonly carried: Carried }
  /** Its own rebuild had not finished: its state is its predecessor's, and then its own events. */
  | { readonly kind: 'predecessor' }
  /** Nowhere: it only handed on what latecomers brought, and the state lies behind it. */
  | { readonly kind: 'forwarder' };

export function originOf(events: readonly GateEvent[]): RunOrigin {
  let text: string | undefined;
  for (const event of events) {
    if (event.kind === 'started' && event.input.carried !== undefined)
      return { kind: 'known', carried: event.input.carried as Carried };
    if (event.kind !== 'rebuilt') continue;
    if (event.page.movedOn !== undefined) return { kind: 'forwarder' };
    if (event.page.changed === true) {
      text = undefined;
      continue;
    }
    if (event.page.text !== undefined) text = (text ?? '') + event.page.text;
    if (event.page.nextPage === undefined) return { kind: 'known', carried: carriedOf(text) };
  }
  return { kind: 'predecessor' };
}

/**
 * The state in which a gate's run died: its origin, and its history driven through the same book that the gate keeps
 * live. Nothing is decided anew: what the history shows as started holds slot and router, what it shows as published
 * is done, all else waits in the order in which it was signalled.
 */
export function foldGateHistory(
  origin: Carried,
  events: readonly GateEvent[],
  settings: TenantSettings,
): Carried {
  const { inbox, ...rest } = origin;
  const book = new RebuiltBook(settings, { ...rest, inbox: [] });
  const startedAt = events.find((event) => event.kind === 'started')?.at ?? 0;
  for (const batch of inbox) book.take(batch, startedAt);
  for (const event of events) apply(book, event);
  return { ...book.toCarried([], false), settings: book.settings };
}

function apply(book: RebuiltBook, event: GateEvent): void {
  switch (event.kind) {
    case 'started':
      return book.configure(event.input.settings);
    case 'rebuilt':
      return;
    case 'submitted':
      return book.take(event.batch, event.at);
    case 'commanded':
      return book.takeCommand(event.command);
    case 'configured':
      return book.configure(event.settings);
    case 'child-asked-for':
      return book.admitted(event.deploymentId);
    case 'child-started':
      return book.started(event.deploymentId, event.runId);
    case 'decided':
      return event.changes.forEach((change) => book.wasDecided(change));
    case 'published':
      return event.changes.forEach((change) => book.wasPublished(change));
    case 'letters-written':
      return event.orders.forEach((order) => book.letterWasWritten(order));
    default:
      return assertNever(event);
  }
}

/** Characters in one page of a rebuild: as JSON text within JSON far below the server's 2 MB for one payload. */
export const PAGE_CHARACTERS = 400_000;

/** Page `page` of a rebuilt state. */
export function pageOf(carried: Carried, page: number, pageCharacters = PAGE_CHARACTERS): RebuildPage {
  const text = JSON.stringify(carried);
  const end = (page + 1) * pageCharacters;
  return {
    text: text.slice(page * pageCharacters, end),
    ...(end < text.length ? { nextPage: page + 1 } : {}),
  };
}

/** The state that the pages of a rebuild spell; an empty one where there was no earlier run. */
export const carriedOf = (text: string | undefined): Carried =>
  text === undefined ? EMPTY_CARRIED : (JSON.parse(text) as Carried);
