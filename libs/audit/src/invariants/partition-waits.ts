import { placeOf } from '../case-file.js';
import { awayWindows, letterAt, passedWhileAway, waitingWhileAway } from '../dead-letters-due.js';
import type { Judge } from '../violation.js';

/**
 * I12: while nobody can write dead letters a partition waits at the first record that needs one: no committed offset passes it, and it is not
 * skipped.
 */
export const partitionWaits: Judge = (file) => ({
  findings: passedWhileAway(file).map(({ record, commit, window }) => {
    const at = letterAt(record, file);
    const then = at === undefined ? 'it never got one' : `it got one ${at - commit.at} ms later`;
    return {
      subject: placeOf(record),
      text: `was passed by the committed offset ${commit.offset} during ${window.what}, without its dead letter: ${then}`,
      records: [record, commit, ...file.lettersOf(record).slice(0, 1)],
    };
  }),
  judged: awayWindows(file).reduce(
    (sum, window) => sum + [...waitingWhileAway(file, window).values()].flat().length,
    0,
  ),
});
