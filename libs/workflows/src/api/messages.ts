import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CancelOrder, StepProgress } from './deployment-messages.js';
import type { Explanation, GateReport, SubmitBatch, SubmitCommand, TenantSettings } from './gate-protocol.js';

/** A batch of requests for the gate; delivered at least once, in order per source partition. */
export const submitSignal = defineSignal<[SubmitBatch]>('submit');
/** Newer settings of the tenant. */
export const configureSignal = defineSignal<[TenantSettings]>('configure');
/** An operator's command for one of the gate's deployments; delivered at least once. */
export const commandSignal = defineSignal<[SubmitCommand]>('command');
/** Why a deployment waits, or where it stands. */
export const explainQuery = defineQuery<Explanation, [string]>('explain');

/** How much a gate has to do. */
export const loadQuery = defineQuery<GateReport>('load');

/** To a deployment: end before the point of no return, or say that it is too late. Repeating it is answered once. */
export const cancelSignal = defineSignal<[CancelOrder]>('cancel');
/** To a deployment, from its own activity. */
export const progressSignal = defineSignal<[StepProgress]>('progress');
