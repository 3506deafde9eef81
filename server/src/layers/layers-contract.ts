import { type TestContext, test } from "node:test";
import { testContent } from "./contract/content.ts";
import { testDamage } from "./contract/damage.ts";
import { testImages } from "./contract/images.ts";
import { testRejections } from "./contract/rejections.ts";
import type { Suite } from "./contract/suite.ts";
import { testUse } from "./contract/use.ts";
import { testWrittenFolders } from "./contract/written-folders.ts";
import { makeLayersFolder, skipReason, type TestedFormat } from "./testing/open-layers.ts";

/** Contract suite of the Layers port, which the test of each format runs. */
export function testLayersContract(name: TestedFormat): void {
  const suite: Suite = (sentence, body) =>
    test(`${name}: ${sentence}`, { timeout: 120_000, skip: skipReason(name) }, async (t: TestContext) => {
      const { dataDir, open } = await makeLayersFolder(t, name);
      await body(t, { name, dataDir, open, layers: await open() });
    });
  for (const part of [testContent, testRejections, testImages, testWrittenFolders, testUse, testDamage])
    part(suite);
}
