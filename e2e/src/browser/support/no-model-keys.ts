const names = ["ANTHROPIC", "OPENAI", "GEMINI"].flatMap((name) => [`${name}_API_KEY`, `${name}_BASE_URL`]);

/** Environment of a server without model keys. A base URL alone would stand for a gateway that needs no key. */
export const noModelKeys: Readonly<Record<string, string>> = Object.fromEntries(
  names.map((name) => [name, ""]),
);
