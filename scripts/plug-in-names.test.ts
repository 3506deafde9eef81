import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { modelProviders } from "../server/src/broker/model/provider/plug-ins.ts";
import { forgePlugIns } from "../server/src/forge/plug-ins.ts";
import { launchSpecs } from "../server/src/harness/plug-ins.ts";
import { sandboxPlugIns } from "../server/src/sandbox/plug-ins.ts";
import {
  type ConfinedPlugIn,
  findIdleAllowances,
  findPlugInNames,
  type NamingFiles,
  spellings,
} from "./plug-in-names.ts";

const root = join(import.meta.dirname, "..");

/**
 * GitHub is exempt, because the contract mirrors the vendor's API and the built-in forge implements GitHub's API. Both
 * use the name "GitHub" throughout.
 */
const vendorsForge = "github";

const forges: readonly ConfinedPlugIn[] = forgePlugIns
  .map(({ kind }) => kind.descriptor)
  .filter(({ name }) => name !== vendorsForge)
  .map(({ name, label }) => ({
    names: spellings(name, label),
    place: `server/src/forge/${name}`,
    registration: "server/src/forge/plug-ins.ts",
  }));

const sandboxes: readonly ConfinedPlugIn[] = sandboxPlugIns.map(({ name }) => ({
  names: spellings(name),
  place: `server/src/sandbox/${name}`,
  registration: "server/src/sandbox/plug-ins.ts",
}));

/**
 * Patterns for harnesses whose names are also common words. A pattern matches only spellings that refer to the harness.
 */
const harnessNames: Readonly<Record<string, RegExp>> = {
  amp: /ampApiKey|AMP_API_KEY|["'`]amp["'`:]|\bAmp\b/,
  cursor: /cursorApiKey|CURSOR_API_KEY|[.]cursor[/]|["'`]Cursor\b|\bcursor:[a-z]/,
  gemini: /Gemini CLI|[.]gemini[/]|gemini-cli/,
  pi: /["'`]pi["'`:]|\bPi\b/,
};

const harnesses: readonly ConfinedPlugIn[] = launchSpecs.map(({ name, displayName }) => ({
  names:
    harnessNames[name] ??
    spellings(
      name,
      name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      displayName,
    ),
  place: "server/src/harness/specs",
  registration: "server/src/harness/plug-ins.ts",
}));

/** Names of the model families. A family's provider has the same name, which the model protocol also uses. */
const families: ReadonlySet<string> = new Set(modelProviders.flatMap((provider) => provider.families));

const providers: readonly ConfinedPlugIn[] = modelProviders
  .filter(({ name }) => !families.has(name))
  .map(({ name }) => ({
    names: new RegExp(spellings(name).source, "i"),
    place: `server/src/broker/model/provider/${name}`,
    registration: "server/src/broker/model/provider/plug-ins.ts",
  }));

const plugIns = [...forges, ...sandboxes, ...harnesses, ...providers];

/**
 * Providers named after their model family. They are checked only in clients, where these names cannot refer to the
 * model protocol.
 */
const familyProviders: readonly ConfinedPlugIn[] = modelProviders
  .filter(({ name }) => families.has(name))
  .map(({ name, credential }) => ({
    names: new RegExp(
      [
        `["'\`]${name}["'\`:]`,
        ...credential.fields.flatMap(({ setting, variable }) => [
          ...(setting === null ? [] : [setting]),
          variable,
        ]),
      ].join("|"),
    ),
    place: `server/src/broker/model/provider/${name}`,
    registration: "server/src/broker/model/provider/plug-ins.ts",
  }));

const allowed: NamingFiles = {
  "contract/src/openapi/examples.ts": {
    names: /^claudeCode$/,
    reason: "An example of a request names a harness that exists.",
  },
  "contract/src/model/model.ts": {
    names: /^(?:OpenRouter|Bedrock|Vertex)$/,
    reason: "The vendor's contract closes `inferenceProvider` over these names.",
  },
  "contract/src/organization/organization.ts": {
    names: /^(?:(?:amp|cursor)ApiKey|openrouter|Bedrock|Vertex)$/,
    reason: "The vendor's contract has a field for each key.",
  },
  "contract/src/session/session-write.ts": {
    names: /^(?:claudeCode|codex|opencode|["'`]pi["'`]|["'`]amp["'`])$/,
    reason: "The vendor's contract closes `startupAgent` over these names.",
  },
  "server/src/broker/model/provider/anthropic-elsewhere.ts": {
    names: /^bedrock$/,
    reason: "The address of a page that describes what two providers share.",
  },
  "server/src/core/access/model/catalog.json": {
    names: /^(?:codex|openrouter|bedrock|vertex)$/i,
    reason:
      "Models have the name of a harness as well, and the catalog has the names of a model by provider.",
  },
  "server/src/core/access/secret/secret-key.ts": {
    names: /^(?:CLAUDE_CODE|CODEX|OPENCODE|VERTEX)$/,
    reason: "The guard of secrets must hold whichever harnesses and providers are registered.",
  },
  "server/src/layers/choose-format.ts": {
    names: /^bubblewrap$/,
    reason: "The package of a program that the server itself needs.",
  },
  "server/src/layers/confine/start-confined.ts": {
    names: /^bubblewrap$/,
    reason: "The package of a program that the server itself needs.",
  },
};

const allowedInClients: NamingFiles = {
  "cli/src/commands/settings/settings.ts": {
    names: /^anthropicApiKey$/,
    reason: "The help names a setting that exists.",
  },
  "cli/src/examples.ts": {
    names: /^openaiApiKey$/,
    reason: "An example of a command names a setting that exists.",
  },
};

test("no source file outside a plug-in's folder and its registration contains the plug-in's name", () => {
  assert.deepEqual(findPlugInNames(root, { plugIns, allowed }), []);
});

test("no client names the provider of a model family", () => {
  const found = findPlugInNames(root, { plugIns: familyProviders, allowed: allowedInClients });
  assert.deepEqual(
    found.filter((line) => /^(?:cli|sdk|web)[/]/.test(line)),
    [],
  );
});

test("every file that may contain plug-in names does contain one, and has a documented reason", () => {
  assert.deepEqual(findIdleAllowances(root, { plugIns, allowed }), []);
  assert.deepEqual(findIdleAllowances(root, { plugIns: familyProviders, allowed: allowedInClients }), []);
  for (const { reason } of Object.values({ ...allowed, ...allowedInClients }))
    assert.match(reason, /\w+ \w+/);
});

test("searches for every kind of plug-in", () => {
  const places = new Set([...forges, ...sandboxes, ...providers].map(({ place }) => place));
  for (const name of ["gitlab", "bitbucket", "gitea"])
    assert.ok(places.has(`server/src/forge/${name}`), name);
  for (const name of ["bubblewrap", "runsc", "unsafe-local"])
    assert.ok(places.has(`server/src/sandbox/${name}`), name);
  for (const name of ["openrouter", "bedrock", "vertex"])
    assert.ok(places.has(`server/src/broker/model/provider/${name}`), name);
  assert.deepEqual([...families], ["anthropic", "openai", "gemini"]);
  assert.equal(familyProviders.length, families.size);
  const samples = [
    "claudeCode:auto",
    "@openai/codex",
    "opencode",
    '"pi"',
    "Gemini CLI",
    "AMP_API_KEY",
    "cursorApiKey",
  ];
  for (const sample of samples)
    assert.ok(
      harnesses.some(({ names }) => names.test(sample)),
      sample,
    );
});

const acme: ConfinedPlugIn = {
  names: spellings("acme"),
  place: "server/src/forge/acme",
  registration: "server/src/forge/plug-ins.ts",
};
const registered = 'import { acme } from "./acme/plug-in.ts";\n\nexport const all = [\n  acme,\n];\n';

/** Returns the findings in a tree that contains these files. */
function findIn(files: Readonly<Record<string, string>>, naming: NamingFiles = {}): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "tembo-plug-in-names-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return findPlugInNames(folder, { plugIns: [acme], allowed: naming });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("accepts a name in the plug-in's folder, its registration, its tests and its fixtures", () => {
  const files = {
    "server/src/forge/plug-ins.ts": registered,
    "server/src/forge/acme/acme-forge.ts": 'export const name = "acme";\n',
    "server/src/core/turn.test.ts": 'export const name = "acme";\n',
    "server/src/testing/fake.ts": 'export const name = "acme";\n',
  };
  assert.deepEqual(findIn(files), []);
});

for (const [what, path, content] of [
  ["a comparison in the core", "server/src/core/turn.ts", 'const is = forge === "acme";\n'],
  ["part of an identifier", "server/src/http/route.ts", "const isAcmeForge = true;\n"],
  ["a comment", "contract/src/forge.ts", "/** As Acme has it. */\n"],
  ["a dashboard text", "web/src/text/forges.tsx", 'export const text = "Connect ACME";\n'],
  ["a command option", "cli/src/add.ts", 'const choices = ["acme"];\n'],
  [
    "a folder whose name begins like the plug-in's",
    "server/src/forge/acme-too/a.ts",
    'const name = "acme";\n',
  ],
] as const) {
  test(`reports a planted fault: ${what}`, () => {
    const found = findIn({ [path]: content });
    assert.deepEqual(
      found.map((line) => line.split(": ")[0]),
      [`${path}:1`],
    );
  });
}

test("reports a second use in the registration", () => {
  const content = `${registered}export const special = acme;\n`;
  assert.deepEqual(findIn({ [acme.registration]: content }), [`${acme.registration}:6: acme`]);
});

test("allows only the names that the file's entry covers", () => {
  const path = "contract/src/vendor.ts";
  const content = 'const names = ["acme"];\nconst Acme = 1;\n';
  assert.deepEqual(findIn({ [path]: content }, { [path]: { names: /^acme$/, reason: "A vendor's list." } }), [
    `${path}:2: Acme`,
  ]);
});

test("rejects a tree without source files", () => {
  assert.throws(() => findIn({ "docs/a.md": "acme\n" }), /No source file/);
});
