import { createHash } from 'node:crypto';

/** Of key and value; the headers of a request that is sent again are its own. */
export const digestOf = (key: Buffer | string | null, value: Buffer | string | null): string =>
  createHash('sha256')
    .update(key ?? '')
    .update('\0')
    .update(value === null ? 'null' : 'text')
    .update(value ?? '')
    .digest('base64url');
