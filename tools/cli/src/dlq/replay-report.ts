import { placeText } from './dead-letter.js';
import { deploymentOfContent, tenantOfContent } from './letter-content.js';
import { type DueLetter, type ReplayPlan, type SkippedLetter } from './replay-plan.js';
import { type SentReplay } from './send-replays.js';

/** What a replay did, or would do where nothing was `sent`, as `--output json` prints it. */
export function replayReport({ due, skipped }: ReplayPlan, sent: readonly SentReplay[] | undefined) {
  return {
    ok: true,
    dry_run: sent === undefined,
    replayed: due.map((read, i) => ({
      ...whoReport(read),
      warning: read.warning ?? null,
      topic: read.letter.origin?.topic ?? null,
      partition: read.letter.origin?.partition ?? null,
      offset: sent?.[i]?.offset ?? null,
    })),
    skipped: skipped.map((read) => ({ ...whoReport(read), code: read.code, text: read.text })),
  };
}

const whoReport = ({ letter, content }: DueLetter | SkippedLetter) => ({
  letter: placeText(letter.place),
  reason: letter.code,
  tenant_id: tenantOfContent(content) ?? null,
  deployment_id: deploymentOfContent(content) ?? null,
});

const LETTERS_SHOWN = 20;

/** The same for people. */
export function replayText({ due, skipped }: ReplayPlan, sent: readonly SentReplay[] | undefined): string {
  const lines = due.map((read, i) => {
    const { letter, content, warning } = read;
    const { topic = '', partition = '' } = letter.origin ?? {};
    const to =
      sent === undefined ? `${topic}/${partition}` : `${topic}/${partition}/${sent[i]?.offset ?? ''}`;
    const what = deploymentOfContent(content) ?? 'an order without an id, which gets a new one';
    return `  ${placeText(letter.place)}  ${letter.code}  ${tenantOfContent(content) ?? '?'}: ${what} → ${to}${warning === undefined ? '' : `\n      ${warning}`}`;
  });
  const left = skipped.map(({ letter, code, text }) => `  ${placeText(letter.place)}  ${code}: ${text}`);
  return [
    `${due.length} ${sent === undefined ? 'to be replayed' : 'replayed'}${due.length === 0 ? '.' : ':'}`,
    ...shortened(lines),
    ...(left.length === 0 ? [] : [`${left.length} left alone:`, ...shortened(left)]),
  ].join('\n');
}

const shortened = (lines: readonly string[]): readonly string[] =>
  lines.length <= LETTERS_SHOWN
    ? lines
    : [
        ...lines.slice(0, LETTERS_SHOWN),
        `  … and ${lines.length - LETTERS_SHOWN} more: --output json names all`,
      ];
