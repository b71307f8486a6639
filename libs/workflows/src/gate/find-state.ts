import { log, proxyActivities } from '@temporalio/workflow';
import { PROJECTOR_TASK_QUEUE } from '../api/names.js';
import type { ProjectorActivities, RebuildPage } from '../api/projector-activities.js';
import type { Carried } from './carried.js';
import type { GateBook } from './gate-book.js';
import type { GateInbox } from './gate-inbox.js';
import { FORWARDED_BATCHES, FORWARDED_COMMANDS } from './gate-limits.js';
import { carriedOf } from './rebuild.js';

const { rebuildGate, forward } = proxyActivities<Pick<ProjectorActivities, 'rebuildGate' | 'forward'>>({
  taskQueue: PROJECTOR_TASK_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  // Without its predecessor's state a gate must not admit anything: it asks until it is answered.
  retry: { initialInterval: '200ms', maximumInterval: '10 seconds' },
});

/** What an earlier run left behind; `movedOn` where the tenant has left this namespace. */
type Left = { readonly carried: Carried } | { readonly movedOn: { readonly revision: number } };

/**
 * What a gate goes on with that was handed nothing: what an earlier run left behind when it was terminated or failed, or was
 * moved; an empty state where there was none. `elsewhere`: the state lies in another namespace, and what came is handed on.
 * `book` has only the settings, which may change meanwhile.
 */
export async function findState(book: GateBook, inbox: GateInbox): Promise<Carried | 'elsewhere'> {
  for (;;) {
    const left = await readLeft(book);
    if ('carried' in left) return left.carried;
    if ((await forwardAll(book, inbox, left.movedOn.revision)) === 'forwarded') return 'elsewhere';
  }
}

async function readLeft(book: GateBook): Promise<Left> {
  let text: string | undefined;
  let digest: string | undefined;
  for (let page: number | undefined = 0; page !== undefined;) {
    const input = { settings: book.settings, page, ...(digest === undefined ? {} : { digest }) };
    const answer: RebuildPage = await rebuildGate(input);
    if (answer.movedOn !== undefined) return { movedOn: answer.movedOn };
    if (answer.changed === true) {
      [text, digest, page] = [undefined, undefined, 0];
      continue;
    }
    if (answer.text !== undefined) text = (text ?? '') + answer.text;
    digest = answer.digest;
    page = answer.nextPage;
  }
  const carried = carriedOf(text);
  if (text !== undefined)
    log.warn('gate rebuilt from its predecessor', {
      queued: carried.queue.length,
      held: carried.held.length,
    });
  return { carried };
}

/** A latecomer started this gate after the tenant had moved on: what it brought goes to the right one, unless the tenant is back. */
async function forwardAll(book: GateBook, inbox: GateInbox, revision: number): Promise<'forwarded' | 'home'> {
  const { tenantId } = book.settings;
  while (!inbox.isEmpty) {
    // Each batch has up to 256 KB, and one payload takes 2 MB.
    const batches = inbox.batches.slice(0, FORWARDED_BATCHES);
    const commands = inbox.commands.slice(0, FORWARDED_COMMANDS);
    const answer = await forward({ tenantId, revision, batches, commands });
    if (answer.kind === 'home') {
      book.configure(answer.settings);
      return 'home';
    }
    inbox.batches.splice(0, batches.length);
    inbox.commands.splice(0, commands.length);
  }
  return 'forwarded';
}
