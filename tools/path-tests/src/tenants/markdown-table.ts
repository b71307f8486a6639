/** A table that fits a document, one row each. */
export function markdownTable(rows: readonly object[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = rows.map((row) => Object.values(row).join(' | '));
  return [names.join(' | '), names.map(() => '---').join(' | '), ...lines]
    .map((line) => `| ${line} |\n`)
    .join('');
}
