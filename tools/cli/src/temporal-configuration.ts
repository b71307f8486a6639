/** For those that need it seldom: it loads Temporal's client, which takes half a second. */
export { parseTemporalConfig } from '@vecino/temporal';
