import { randomBytes } from 'node:crypto';

/** Fits a tenant id, a topic, a group and a task queue; never twice, so that tests on shared servers do not meet. */
export const uniqueName = (stem: string): string => `${stem}-${randomBytes(5).toString('hex')}`;
