import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** What the local forge's own tests start: acme/app with a commit on main, behind a server that speaks GitHub's REST. */
export interface LocalCounterpart {
  readonly url: string;
  readonly repository: { readonly id: string };
  readonly organizationId: string;
  readonly store: Parameters<
    typeof import("../../../core/api-key/create-api-key.ts").createApiKey
  >[0]["store"];
  readonly writer: { readonly token: string };
  readonly reader: { readonly token: string };
  readonly commit: (branch: string, path?: string) => Promise<string>;
  readonly branch: (name: string) => Promise<void>;
}

const local = join(import.meta.dirname, "../../local");

/** Why the local forge cannot be GitHub's stand-in; false when it can. */
export const noCounterpart: string | false = existsSync(join(local, "rest/forge-api.ts"))
  ? false
  : "the local forge does not speak GitHub's REST yet";

export async function startCounterpart(t: TestContext): Promise<LocalCounterpart> {
  const fixture: unknown = await import(join(local, "local-forge-fixture.ts"));
  const { makeStarted } = fixture as { readonly makeStarted: (t: TestContext) => Promise<LocalCounterpart> };
  return makeStarted(t);
}
