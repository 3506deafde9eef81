import { programSpec } from "./program.ts";

/** Amp's command line does not speak ACP, so it takes a wrapper that does. Its model calls go to its own service. */
export const amp = programSpec({
  name: "amp",
  displayName: "Amp",
  modelFamily: "anthropic",
  defaultModel: "auto",
  argv: ["amp-acp"],
  mend: 'Its command line does not speak ACP: install a wrapper that does, and name its real path in harnesses.json as {"amp": {"argv": ["/path/to/amp-acp"]}}',
});
