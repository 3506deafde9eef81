/**
 * Replaces the content of a generated block of a page. Throws if the page does not contain both markers of the block.
 */
export function withBlock(page: string, name: string, content: string): string {
  const begin = `<!-- Generated from bench/results/ by \`npm run generate\`: ${name}. -->`;
  const end = `<!-- End of ${name}. -->`;
  const start = page.indexOf(begin);
  const stop = page.indexOf(end);
  if (start === -1 || stop < start) throw new Error(`The page has no "${begin}" before an "${end}".`);
  return `${page.slice(0, start)}${begin}\n\n${content}\n\n${page.slice(stop)}`;
}
