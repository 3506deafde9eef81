import assert from "node:assert/strict";
import { test } from "node:test";
import { findMissingOfSection, findUnregistered, listSettingsSections } from "./companion-files.ts";
import { compilerOf, read, root, testGuide, withLine } from "./guide.test-support.ts";
import { sourceTree } from "./source-tree.ts";

const list = "web/src/settings/sections.ts";
const component = "web/src/settings/acme/acme-section.tsx";
const words = "web/src/text/settings/acme.ts";
const allWords = "web/src/text/settings/index.ts";
const story = "e2e/src/browser/pages/settings.test.ts";
const screenshots = "e2e/src/browser/all/screenshots.test.ts";

const section = `import { settingsText } from "../../text/settings/index.ts";
import { Section } from "../kit/section.tsx";

export default function AcmeSection() {
  return (
    <Section title={settingsText.names.acme} about={settingsText.acme.about}>
      {settingsText.acme.empty}
    </Section>
  );
}
`;

const entry =
  '      { id: "acme", icon: IconWorld, component: lazyPart(() => import("./acme/acme-section.tsx")) },';

const compile = compilerOf("web/tsconfig.json");

testGuide({
  page: "docs/develop/add-a-settings-page.md",
  steps: [
    {
      file: words,
      text: 'export const acme = { about: "About Acme.", empty: "No Acme." };\n',
      faults: [/Cannot find module '.\/acme.ts'/],
    },
    {
      file: allWords,
      text: withLine(allWords, "  names: {", '    acme: "Acme",')
        .replace("  account,\n", "$&  acme,\n")
        .replace("", 'import { acme } from "./acme.ts";\n'),
      faults: [/Property 'acme' does not exist/, /"acme".* can't be used to index type/],
    },
    { file: component, text: section, faults: [/Cannot find module '.\/acme\/acme-section.tsx'/] },
    {
      file: list,
      text: withLine(list, '    id: "work",\n    sections: [', entry),
      faults: [/sections.ts does not list web\/src\/settings\/acme\/acme-section.tsx/],
    },
    {
      file: story,
      text: withLine(story, "const SECTIONS = {", '  acme: "Acme",'),
      faults: [/settings.test.ts does not open acme/],
    },
    {
      file: screenshots,
      text: withLine(screenshots, "const sections = {", '    acme: "No Acme.",'),
      faults: [/screenshots.test.ts takes no screenshot of acme/],
    },
    {
      file: "docs/guides/dashboard.md",
      text: withLine(
        "docs/guides/dashboard.md",
        "## Settings\n\n| page | content |\n|---|---|",
        "| `/settings/acme` | Acme |",
      ),
      faults: [/dashboard.md has no row for acme/],
    },
  ],
  findFaults: (changes) => {
    const tree = sourceTree(root, changes);
    const pages = Object.fromEntries(Object.entries(changes).filter(([file]) => file.startsWith("web/")));
    return [
      ...compile([list, component, allWords, "web/src/settings/settings-page.tsx"], pages),
      ...findMissingOfSection(tree, "acme"),
      ...findUnregistered(tree),
    ];
  },
});

test("includes a newly registered section in the checks", () => {
  const text = withLine(list, '    id: "work",\n    sections: [', entry);
  assert.deepEqual(
    listSettingsSections(sourceTree(root, { [list]: text })).filter(
      (id) => !read(list).includes(`id: "${id}"`),
    ),
    ["acme"],
  );
});
