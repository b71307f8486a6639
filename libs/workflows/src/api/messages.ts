import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Explanation, SubmitBatch, TenantSettings } from './gate-protocol.js';

/** A batch of requests for the gate; delivered at least once, in order per source partition. */
export const submitSignal = defineSignal<[SubmitBatch]>('submit');
/** Newer settings of the tenant. */
export const configureSignal = defineSignal<[TenantSettings]>('configure');
/** Why a deployment waits, or where it stands. */
export const explainQuery = defineQuery<Explanation, [string]>('explain');
