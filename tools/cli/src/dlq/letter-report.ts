import { isUtf8 } from 'node:buffer';
import { type HeaderValue } from '@vecino/contracts';
import { type DeadLetter, placeText } from './dead-letter.js';
import { type ReplayHistory } from './find-replays.js';
import { deploymentOfContent, tenantOfContent } from './letter-content.js';
import { outlookOf } from './letter-outlook.js';
import { type ReadLetter } from './read-letters.js';

export const LETTER_KEYS = {
  letter: '`partition/offset`',
  partition: 'on the dead-letter topic',
  offset: '…',
  at: 'when it was written there',
  code: 'why: [reasons](errors.md)',
  text: 'the same for people',
  source: 'where it came from: `topic`, `partition`, `offset`, `at`; null where it is no letter of ours',
  tenant_id: 'that it names; null where it cannot be read',
  deployment_id: '…',
};

/** A letter as `dlq list --output json` prints it. */
export function letterReport({ letter, content }: ReadLetter) {
  const { place, at, code, text, origin } = letter;
  return {
    letter: placeText(place),
    partition: place.partition,
    offset: place.offset,
    at: timeText(at),
    code,
    text,
    source:
      origin === undefined
        ? null
        : {
            topic: origin.topic,
            partition: origin.partition,
            offset: origin.offset,
            at: timeText(origin.timestamp),
          },
    tenant_id: tenantOfContent(content) ?? null,
    deployment_id: deploymentOfContent(content) ?? null,
  };
}

export const WHOLE_LETTER_KEYS = {
  ...LETTER_KEYS,
  key: 'of the record',
  headers: 'by name; a list where one came several times',
  content: '`request`, `command` or `unreadable`',
  value: 'the order; null where it is unreadable',
  value_hex: 'its bytes where it is unreadable',
  value_bytes: 'how many',
  unreadable: 'why; null where it is readable',
  replay: '`state` (`never`, `replayed`, `not-known` or `no-place`), `at`, `offset`',
  outlook: 'of a replay: `may-succeed`, `same-fault` or `used-up`',
  outlook_text: 'the same for people, or null',
};

/** A letter with all that it holds, as `dlq show --output json` prints it. */
export function wholeLetterReport(read: ReadLetter, replay: ReplayHistory) {
  const { letter, content } = read;
  const outlook = outlookOf(letter, content);
  return {
    ...letterReport(read),
    key: letter.key === null ? null : readableBytes(letter.key),
    headers: Object.fromEntries(
      Object.entries(letter.headers).map(([name, value]) => [name, headerReport(value)]),
    ),
    content: content.kind,
    value: valueOf(read),
    value_hex: content.kind === 'unreadable' ? (letter.value?.toString('hex') ?? null) : null,
    value_bytes: letter.value?.length ?? 0,
    unreadable: content.kind === 'unreadable' ? content.why : null,
    replay: {
      state: replay.kind,
      at: replay.kind === 'replayed' ? timeText(replay.at) : null,
      offset: replay.kind === 'replayed' ? replay.offset : null,
    },
    outlook: outlook.kind,
    outlook_text: outlook.kind === 'may-succeed' ? null : outlook.text,
  };
}

const HEX_BYTES_SHOWN = 256;

/** A letter with all that it holds, for people. */
export function letterText(read: ReadLetter, replay: ReplayHistory): string {
  const { letter, content } = read;
  const report = wholeLetterReport(read, replay);
  const { source } = report;
  const lines: [string, string][] = [
    ['letter', `${report.letter}, of ${report.at}`],
    ['reason', `${letter.code}: ${letter.text}`],
    [
      'came from',
      source === null
        ? 'it does not say'
        : `${source.topic}/${source.partition}/${source.offset}, of ${source.at}`,
    ],
    ['tenant', report.tenant_id ?? 'not readable'],
    ['key', report.key ?? 'none'],
    ...Object.entries(report.headers).map(([name, value]): [string, string] => [
      'header',
      `${name}: ${Array.isArray(value) ? value.join(', ') : value}`,
    ]),
    [
      'value',
      content.kind === 'unreadable'
        ? `${report.value_bytes} bytes: ${content.why}`
        : `${content.kind}, ${report.value_bytes} bytes`,
    ],
    ['replayed', replayText(replay)],
    ...(report.outlook_text === null ? [] : [['if replayed', report.outlook_text] as [string, string]]),
  ];
  const head = lines.map(([name, value]) => `${name.padEnd(12)}${value}`).join('\n');
  return `${head}\n\n${content.kind === 'unreadable' ? hexText(letter.value) : JSON.stringify(valueOf(read), null, 2)}`;
}

function replayText(replay: ReplayHistory): string {
  switch (replay.kind) {
    case 'never':
      return 'no';
    case 'replayed':
      return `at ${timeText(replay.at)}, to offset ${replay.offset}`;
    case 'not-known':
      return 'not known: the topic that it came from does not go back to its time';
    case 'no-place':
      return 'no, and it cannot be: where it came from is not there';
  }
}

function valueOf({ content }: ReadLetter): object | null {
  switch (content.kind) {
    case 'request':
      return content.request;
    case 'command':
      return content.command;
    case 'unreadable':
      return null;
  }
}

function hexText(value: DeadLetter['value']): string {
  if (value === null || value.length === 0) return '(empty)';
  const lines = value
    .subarray(0, HEX_BYTES_SHOWN)
    .toString('hex')
    .match(/.{1,64}/g);
  const rest = value.length - HEX_BYTES_SHOWN;
  return [
    ...(lines ?? []),
    ...(rest > 0 ? [`… and ${rest} bytes more: --raw FILE writes them all`] : []),
  ].join('\n');
}

const headerReport = (value: HeaderValue): string | string[] =>
  Array.isArray(value) ? value.map(readableBytes) : readableBytes(value);

/** Text where it is text, else its bytes. */
function readableBytes(value: Buffer | string): string {
  if (typeof value === 'string') return value;
  return isUtf8(value) ? value.toString('utf8') : `0x${value.toString('hex')}`;
}

const timeText = (at: number): string => new Date(at).toISOString();
