/** Matches, in this order, a comment, a quoted text, a function's body and the end of a statement. */
const parts = /--[^\n]*\s*|\/\*.*?\*\/\s*|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$).*?\1|;/gs;

/** Splits SQL into statements, without comments. White space outside of quotes becomes one space. */
export function splitStatements(sql: string): string[] {
  const statements = [""];
  const append = (text: string) => statements.push(statements.pop()! + text);
  let end = 0;
  for (const { 0: part, index } of sql.matchAll(parts)) {
    append(sql.slice(end, index).replaceAll(/\s+/g, " "));
    end = index + part.length;
    if (part === ";") statements.push("");
    else if (!/^(?:--|\/\*)/.test(part)) append(part);
  }
  append(sql.slice(end).replaceAll(/\s+/g, " "));
  return statements.map((one) => one.trim()).filter((one) => one !== "");
}
