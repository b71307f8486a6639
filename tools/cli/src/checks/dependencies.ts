import { type Check, heldUnless } from './check.js';
import { copiesOf, readLock, readManifests, versionComplaints } from './manifests.js';

/** A second copy of one of these breaks in silence: spans that go nowhere, messages of another registry. */
const SINGLE = ['@opentelemetry/api', 'protobufjs'];

export const onePinnedVersion: Check = {
  section: 'dependencies',
  title: 'one pinned version of each over all packages',
  run: ({ root }) => Promise.resolve(heldUnless(versionComplaints(readManifests(root)))),
};

export const oneCopy: readonly Check[] = SINGLE.map((name) => ({
  section: 'dependencies',
  title: `one copy of ${name}`,
  run({ root }) {
    const copies = copiesOf(readLock(root), name);
    return Promise.resolve(
      heldUnless(
        copies.length === 1 ? [] : [`${name} is installed ${copies.length} times: ${copies.join(', ')}`],
      ),
    );
  },
}));
