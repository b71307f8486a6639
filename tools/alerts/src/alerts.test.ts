import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram, thisRepository } from '@vecino/cli';
import { ALL_ALERTS, RULE_FILES } from './all-alerts.js';
import { alertTables } from './alerts-page.js';
import { ruleFiles } from './rule-file.js';

const ROOT = join(__dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** As GitHub makes them. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );

describe('every alert', () => {
  it('has a name of its own', () => {
    const names = ALL_ALERTS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(ALL_ALERTS.map((alert) => [alert.name, alert] as const))('%s leads to its runbook', (_, alert) => {
    const [file = '', heading] = alert.runbook.split('#');
    const path = `docs/runbooks/${file}`;
    expect(existsSync(join(ROOT, path))).toBe(true);
    const page = read(path);
    if (heading !== undefined) expect(anchorsOf(page)).toContain(heading);
    // Whoever comes from the alert finds its name there, and whoever looks for a runbook finds that page.
    expect(page).toContain(alert.name.replace(/(Fast|Slow|Creeping)$/, ''));
    expect(read('docs/runbooks/README.md')).toContain(`](${file})`);
  });

  it.each(ALL_ALERTS.map((alert) => [alert.name, alert] as const))(
    '%s says who has what, and the next command',
    (_, alert) => {
      expect(alert.summary).toMatch(/tenant/i);
      expect(alert.summary).toMatch(/\.$/);
      const commands = commandsIn(alert.description);
      expect(commands.length).toBeGreaterThan(0);
      expect(commands.flatMap(complaintsAbout)).toEqual([]);
    },
  );
});

/** Each `./vecino …` of a text, word by word. */
const commandsIn = (text: string): string[][] =>
  [...text.matchAll(/`\.\/vecino ([^`]+)`/g)].map(([, words = '']) =>
    words.replace(/\{\{.*?\}\}/g, 'x').split(' '),
  );

/** What the command line does not know of a command. */
function complaintsAbout(words: readonly string[]): string[] {
  let command = createProgram({ repository: thisRepository(), exit: () => undefined } as never);
  const rest = [...words];
  for (;;) {
    const next = command.commands.find((one) => one.name() === rest[0]);
    if (next === undefined) break;
    command = next;
    rest.shift();
  }
  if (command.parent === null) return [`no command ${words.join(' ')}`];
  const options = rest.filter((word) => word.startsWith('--'));
  return options
    .filter((option) => !command.options.some(({ long }) => long === option))
    .map((option) => `${command.name()} has no ${option}`);
}

it('a command that there is not is complained about', () => {
  expect(
    commandsIn('`./vecino explian X`, `./vecino tenant show {{ $labels.a }} --fast`').flatMap(
      complaintsAbout,
    ),
  ).toEqual(['no command explian X', 'show has no --fast']);
});

describe('docs/alerts.md', () => {
  const page = read('docs/alerts.md');

  it.each([...alertTables()])('has the alerts of %s', (title, rows) => {
    const section = page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    const shown = section
      .split('\n')
      .filter((line) => line.startsWith('|') && !/^\| -/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(shown).toEqual(rows);
  });
});

describe('rule files', () => {
  it.each([...ruleFiles()])('%s are as they were generated', (name, text) => {
    for (const folder of ['deploy/prometheus/rules', 'deploy/helm/vecino/rules'])
      expect(read(`${folder}/${name}`)).toBe(text);
  });

  it('have runbooks where they are said to be', () => {
    for (const text of ruleFiles({ runbooks: 'https://wiki.example/runbooks' }).values())
      for (const [, url] of text.matchAll(/runbook_url: (.*)/g))
        expect(url).toMatch(/^https:\/\/wiki\.example\/runbooks\/[a-z-]+\.md/);
  });

  it('differ at another pace in their times only', () => {
    const withoutTimes = (text: string) =>
      text
        .replace(/\b\d+(s|m|h|d)\b/g, '1s')
        .replace(/(time\(\) - .*?) > \d+/g, '$1 > 1')
        .replace(/time\(\) - \d+/g, 'time() - 1');
    const [usual, fast] = [ruleFiles(), ruleFiles({ pace: 30 })];
    for (const name of Object.keys(RULE_FILES)) {
      const file = `${name}.yaml`;
      expect(fast.get(file)).not.toBe(usual.get(file));
      const shown = (files: ReadonlyMap<string, string>) => withoutTimes(files.get(file) ?? '');
      expect(shown(fast)).toBe(shown(usual));
    }
  });
});
