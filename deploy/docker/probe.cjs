/** The health check of a container without curl: `probe.cjs URL` exits with 0 where the URL answers with a 2xx within 3 s. */
'use strict';
fetch(process.argv[2], { signal: AbortSignal.timeout(3_000) }).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
);
