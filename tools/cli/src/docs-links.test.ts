import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const NOT_OURS = new Set(['node_modules', 'dist', 'out-tsc', '.git', '.nx', '.vecino', '.venv']);

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(path);
    return [path];
  });
}

const isPage = (path: string): boolean => path.endsWith('.md');

/** Prose without its code: what looks like a link inside code is none. */
const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '`');

/** Targets of inline links and images, and of reference definitions. */
const linksIn = (markdown: string): string[] => {
  const prose = withoutCode(markdown);
  return [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/g), ...prose.matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)/gm)].map(
    ([, target]) => target ?? '',
  );
};

/** As GitHub makes them: lower case, no punctuation, dashes for spaces, a number behind a repeated one. */
function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm);
  const anchors = [...headings].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
  return new Set(anchors);
}

/** Where a link of `file` leads; undefined where that is another site. */
function targetOf(file: string, link: string): { target: string; anchor: string | undefined } | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return undefined;
  const [path = '', anchor] = decodeURI(link).split('#');
  return { target: path === '' ? file : join(path.startsWith('/') ? ROOT : dirname(file), path), anchor };
}

/** Why a link of `file` leads nowhere; undefined where it leads somewhere or to another site. */
function complaint(file: string, link: string): string | undefined {
  const found = targetOf(file, link);
  if (found === undefined) return undefined;
  const { target, anchor } = found;
  const where = `${relative(ROOT, file)} → ${link}`;
  if (relative(ROOT, target).startsWith('..')) return `${where}: outside the repository`;
  if (!existsSync(target)) return `${where}: no such file`;
  if (anchor === undefined || !statSync(target).isFile() || !isPage(target)) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor) ? undefined : `${where}: no such heading`;
}

/** Files to which at most so many links lead from a page. */
function reachable(from: string, clicks: number): Set<string> {
  const reached = new Set([from]);
  let last = [from];
  for (let click = 0; click < clicks; click += 1) {
    const found = last
      .filter((file) => isPage(file) && existsSync(file))
      .flatMap((file) =>
        linksIn(readFileSync(file, 'utf8')).flatMap((link) => targetOf(file, link)?.target ?? []),
      );
    last = [...new Set(found)].filter((file) => !reached.has(file));
    last.forEach((file) => reached.add(file));
  }
  return reached;
}

/** Paths to source files that a page names in code. */
const pathsIn = (markdown: string): string[] =>
  [...markdown.matchAll(/`((?:libs|services|tools|deploy|docs|examples|\.ci)\/[\w./-]*\w)`/g)].map(
    ([, path]) => path ?? '',
  );

describe('the documents', () => {
  const files = filesBelow(ROOT).filter(isPage);

  it('are there', () => {
    const names = files.map((file) => relative(ROOT, file));
    expect(names).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'docs/errors.md']));
  });

  it('have no relative link that leads nowhere', () => {
    const complaints = files.flatMap((file) =>
      linksIn(readFileSync(file, 'utf8')).flatMap((link) => complaint(file, link) ?? []),
    );
    expect(complaints).toEqual([]);
  });

  it('are all found from docs/README.md, in two clicks', () => {
    const lostAfter = (clicks: number) => {
      const reached = reachable(join(ROOT, 'docs', 'README.md'), clicks);
      const lost = filesBelow(join(ROOT, 'docs')).filter((file) => !reached.has(file));
      return lost.map((file) => relative(ROOT, file));
    };
    expect(lostAfter(2)).toEqual([]);
    expect(lostAfter(1)).toContain('docs/runbooks/gate-ended.md');
  });

  it('name no file or folder of the repository that is not there', () => {
    const missing = files.flatMap((file) =>
      pathsIn(readFileSync(file, 'utf8'))
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${relative(ROOT, file)} names ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Source files of services, libraries and tools, without their tests. */
function sourceFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sourceFiles(path);
    return /\.(ts|cjs)$/.test(entry.name) && !/\.i?test\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** These read like variables and are codes. */
const FAULT_CODES = new Set(['KAFKA_CONFIG', 'KAFKA_UNREACHABLE', 'KAFKA_ACCESS_DENIED']);

it('docs/configuration.md has every variable of ours that the code reads, and no other', () => {
  const ours = /\b(?:VECINO|KAFKA)_[A-Z]+(?:_[A-Z]+)*\b/g;
  const sources = ['libs', 'services', 'tools'].flatMap((folder) => sourceFiles(join(ROOT, folder)));
  const quoted = sources.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/(?:'|\n\s+)((?:VECINO|KAFKA)_[A-Z_]+)(?:'|:)/g),
  ]);
  const read = new Set(quoted.map(([, name]) => name).filter((name) => !FAULT_CODES.has(name ?? '')));
  const told = new Set(readFileSync(join(ROOT, 'docs', 'configuration.md'), 'utf8').match(ours));
  expect([...told].sort()).toEqual([...read].sort());
});

describe('the links of a page', () => {
  it('are those of its prose, not of its code', () => {
    const page =
      'See [a](x.md) and ![b](y.png "b").\n\n[c]: z.md#d\n\n```\n[no](no.md)\n```\n`[no](no.md)`\n';
    expect(linksIn(page)).toEqual(['x.md', 'y.png', 'z.md#d']);
  });

  it('lead to headings by the name that GitHub gives them', () => {
    expect(anchorsOf('# One `two`, three\n## A/B\n## A/B\n')).toEqual(
      new Set(['one-two-three', 'ab', 'ab-1']),
    );
  });

  it.each([
    ['nowhere.md', 'no such file'],
    ['README.md#nowhere', 'no such heading'],
    ['../elsewhere.md', 'outside the repository'],
  ])('to %s are complained about', (link, why) => {
    expect(complaint(join(ROOT, 'ARCHITECTURE.md'), link)).toContain(why);
  });
});
