/** Compiles the part of Bitbucket's query language that the adapter uses: comparisons joined by AND. Returns null for other queries. */
export function compileQuery(q: string): ((item: unknown) => boolean) | null {
  const tests: ((item: unknown) => boolean)[] = [];
  for (const part of q === "" ? [] : q.split(" AND ")) {
    const [, field, operator, value] = /^([\w.]+)\s*(>=|=)\s*(.+)$/.exec(part) ?? [];
    if (field === undefined || value === undefined) return null;
    const text = /^"(.*)"$/s.exec(value)?.[1]?.replaceAll(/\\(.)/gs, "$1");
    if (operator === "=" && text === undefined) return null;
    tests.push((item) => {
      const found = field
        .split(".")
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], item);
      return operator === "=" ? found === text : Date.parse(String(found)) >= Date.parse(value);
    });
  }
  return (item) => tests.every((test) => test(item));
}
