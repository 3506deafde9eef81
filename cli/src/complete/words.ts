/**
 * Splits a command line up to the cursor into words, without the program. The last word ends at the cursor and may be
 * empty.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let isOpen = false;
  let quote: string | null = null;
  for (let index = 0; index < line.length; index++) {
    const character = line[index]!;
    if (quote !== null) {
      if (character === quote) quote = null;
      else if (character === "\\" && quote === '"') word += line[++index] ?? "";
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      isOpen = true;
    } else if (character === "\\") {
      word += line[++index] ?? "";
      isOpen = true;
    } else if (/\s/.test(character)) {
      if (isOpen || word !== "") words.push(word);
      word = "";
      isOpen = false;
    } else word += character;
  }
  words.push(word);
  return words.slice(1);
}
