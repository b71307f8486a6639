import { formatPath, parsePath } from '@vecino/gnoi';
import { jsonOf } from './state-json.js';
import { container, leaf, leavesOf, list, select } from './state-tree.js';

const things = (count: number) =>
  list(
    ['name', 'kind'],
    Array.from({ length: count }, (_, index) => `t${index + 1}`),
    (name) => ({ name: leaf(name), kind: leaf('THING', 'a-types') }),
    (name) => ({ state: container({ name: leaf(name), size: leaf(2n ** 63n) }) }),
  );
const root = container({
  shelf: container({
    thing: things(2),
    empty: list(
      ['id'],
      [],
      () => ({}),
      () => ({}),
    ),
  }),
  other: container({ state: container({ note: leaf('say "hi"') }) }),
});

const paths = (text: string) => {
  const selection = select(root, parsePath(text).elem);
  if (selection.kind !== 'found') return selection.kind;
  return selection.nodes.map(({ path }) =>
    formatPath({ origin: '', target: '', elem: path.map(({ name, key }) => ({ name, key: { ...key } })) }),
  );
};
const T1 = '/shelf/thing[kind=THING][name=t1]';
const T2 = '/shelf/thing[kind=THING][name=t2]';

describe('a path', () => {
  it.each([
    ['/', ['/']],
    ['/shelf', ['/shelf']],
    [`${T1}/state/size`, [`${T1}/state/size`]],
    ['/shelf/thing', [T1, T2]],
    ['/shelf/thing[name=*][kind=*]/state', [`${T1}/state`, `${T2}/state`]],
    ['/shelf/thing[name=t2]/state', [`${T2}/state`]],
    ['/shelf/thing[kind=THING]/name', [`${T1}/name`, `${T2}/name`]],
    ['/*/state/note', ['/other/state/note']],
    ['/.../note', ['/other/state/note']],
    ['/.../size', [`${T1}/state/size`, `${T2}/state/size`]],
    ['/shelf/empty', []],
    ['/shelf/empty[id=*]/state/id', []],
  ])('%s names %j', (text, expected) => expect(paths(text)).toEqual(expected));

  it.each([
    '/nowhere',
    '/shelf/thing[name=t3][kind=THING]',
    `${T1}/state/weight`,
    `${T1}/name/more`,
    '/shelf/empty[id=1]',
  ])('%s names nothing that is there', (text) => expect(paths(text)).toBe('missing'));

  it.each(['/shelf/thing[colour=red]', '/shelf[name=a]/thing'])('%s makes no sense', (text) =>
    expect(paths(text)).toBe('invalid'),
  );

  it('has no element without a name', () => {
    expect(select(root, [{ name: '', key: {} }]).kind).toBe('invalid');
  });
});

describe('a subtree', () => {
  const node = (text: string) => {
    const selection = select(root, parsePath(text).elem);
    if (selection.kind !== 'found' || selection.nodes[0] === undefined) throw new Error(`nothing at ${text}`);
    return selection.nodes[0];
  };

  it('is nested JSON as RFC 7951 has it: modules at the top and before identities, 64-bit numbers as strings', () => {
    expect(JSON.parse(jsonOf(node('/shelf').node, true, 'a-shelf'))).toEqual({
      'a-shelf:thing': [
        { name: 't1', kind: 'a-types:THING', state: { name: 't1', size: '9223372036854775808' } },
        { name: 't2', kind: 'a-types:THING', state: { name: 't2', size: '9223372036854775808' } },
      ],
    });
  });

  it('is plain JSON with every digit of its numbers', () => {
    expect(jsonOf(node(`${T1}/state`).node, false)).toBe('{"name":"t1","size":9223372036854775808}');
    expect(jsonOf(node('/other').node, false)).toBe('{"state":{"note":"say \\"hi\\""}}');
  });

  it('is the same leaf by leaf', () => {
    expect(leavesOf(node(T2)).map(({ path, leaf: { value } }) => [path.at(-1)?.name, value])).toEqual([
      ['name', 't2'],
      ['kind', 'THING'],
      ['name', 't2'],
      ['size', 2n ** 63n],
    ]);
  });
});
