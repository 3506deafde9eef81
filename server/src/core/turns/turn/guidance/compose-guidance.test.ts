import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessCapabilities } from "../../../access/index.ts";
import { AppError, createMasker } from "../../../base/index.ts";
import type { EventData } from "../../../sessions/index.ts";
import { claudeCodeInfo } from "../../../sessions/session/testing/claude-code-info.ts";
import type { TurnContext } from "../turn-context.ts";
import { composeGuidance } from "./compose-guidance.ts";
import { instructionsForHarness } from "./organization-instructions.ts";

interface GuidanceSetup {
  readonly capabilities?: Partial<HarnessCapabilities>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Content of files, by repository and path. */
  readonly repositories: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function setUp({ capabilities, settings = {}, repositories }: GuidanceSetup) {
  const appended: EventData[] = [];
  const filesAt = (root: string) => repositories[root.split("/").at(-1)!] ?? {};
  const info = {
    ...claudeCodeInfo,
    capabilities: { ...claudeCodeInfo.capabilities, readsRuleFiles: [], ...capabilities },
  };
  const context = {
    ports: {
      settings: { dataDir: "/data", defaultAgent: "claudeCode" },
      harnesses: { list: () => [info] },
      workspaceFiles: {
        isFile: async (root: string, path: string) => path in filesAt(root),
        readText: async (root: string, path: string, maxBytes: number) => {
          const text = filesAt(root)[path] ?? null;
          if (text !== null && text.length > maxBytes)
            throw new AppError("invalid_input", `${path} is too large.`);
          return text;
        },
      },
      store: {
        events: {
          append: async (_session: string, _lease: unknown, events: { data: EventData }[]) => {
            appended.push(...events.map(({ data }) => data));
          },
        },
      },
    },
    session: { id: "s", harness: "claudeCode", model: "m" },
    turn: { id: "t" },
    message: { id: "m" },
    lease: {},
    organization: { settings },
    masker: createMasker([]),
    checkouts: Object.keys(repositories).map((directory) => ({
      repository: { id: directory },
      use: { directory },
    })),
  } as unknown as TurnContext;
  return { context, appended };
}

const rulesIn = (text: string | null) =>
  Array.from(text?.matchAll(/repository="(.*?)" file="(.*?)"/g) ?? [], ([, one, file]) => `${one}/${file}`);

test("includes the first rules file of each repository", async () => {
  const { context } = setUp({
    repositories: {
      one: { ".rules": "a", "AGENTS.md": "b" },
      two: { ".github/copilot-instructions.md": "c" },
      three: { "README.md": "d" },
    },
  });
  assert.deepEqual(rulesIn(await composeGuidance(context)), [
    "one/AGENTS.md",
    "two/.github/copilot-instructions.md",
  ]);
});

test("omits only the file that the harness itself reads in its start folder", async () => {
  const capabilities = { readsRuleFiles: ["CLAUDE.md", "AGENTS.md"] };
  const both = { "AGENTS.md": "a", "CLAUDE.md": "b" };
  const ofOne = (files: Record<string, string>) =>
    setUp({ capabilities, repositories: { one: files } }).context;
  assert.equal(await composeGuidance(ofOne({ "AGENTS.md": "a" })), null);
  assert.deepEqual(rulesIn(await composeGuidance(ofOne(both))), ["one/AGENTS.md"]);
  const { context } = setUp({ capabilities, repositories: { one: both, two: { "CLAUDE.md": "b" } } });
  assert.deepEqual(rulesIn(await composeGuidance(context)), ["one/AGENTS.md", "two/CLAUDE.md"]);
});

test("reports a rules file that is too large and includes the other repositories' rules", async () => {
  const { context, appended } = setUp({
    repositories: { one: { "AGENTS.md": "x".repeat(70_000) }, two: { "AGENTS.md": "short" } },
  });
  assert.deepEqual(rulesIn(await composeGuidance(context)), ["two/AGENTS.md"]);
  assert.deepEqual(appended, [
    { type: "notice", message: "one: AGENTS.md is too large. Its rules are ignored." },
  ]);
});

test("limits the total length of the rules of many repositories", async () => {
  const file = { "AGENTS.md": "x".repeat(60_000) };
  const { context, appended } = setUp({ repositories: { one: file, two: file, three: file, four: file } });
  assert.deepEqual(rulesIn(await composeGuidance(context)), ["one/AGENTS.md", "two/AGENTS.md"]);
  assert.match(JSON.stringify(appended), /three: .* are omitted/);
});

test("passes the organization's instructions to the harness, or includes them in the guidance", async () => {
  const settings = { customSystemPrompt: " Be brief. " };
  for (const takesInstructions of [true, false]) {
    const { context } = setUp({ capabilities: { takesInstructions }, settings, repositories: {} });
    assert.equal(instructionsForHarness(context), takesInstructions ? "Be brief." : null);
    assert.equal(/Be brief\./.test((await composeGuidance(context)) ?? ""), !takesInstructions);
  }
});

test("adds the instructions of the session's project after the organization's", () => {
  const settings = { customSystemPrompt: "Be brief." };
  const capabilities = { takesInstructions: true };
  const { context } = setUp({ capabilities, settings, repositories: {} });
  const project = { agentInstructions: " Run make test. " } as TurnContext["project"];
  assert.equal(instructionsForHarness({ ...context, project }), "Be brief.\n\nRun make test.");
  const { context: bare } = setUp({ capabilities, repositories: {} });
  assert.equal(instructionsForHarness({ ...bare, project }), "Run make test.");
});
