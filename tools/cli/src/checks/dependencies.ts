import { type Check, heldUnless } from './check.js';
import {
  copiesOf,
  missingPlatformPackages,
  readLock,
  readManifests,
  versionComplaints,
} from './manifests.js';

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

export const everyPlatform: Check = {
  section: 'dependencies',
  title: 'package-lock.json names the packages of every platform',
  run({ root }) {
    const missing = missingPlatformPackages(readLock(root));
    return Promise.resolve(heldUnless(missing.map((name) => `${name} is missing from package-lock.json`)));
  },
};
