import assert from "node:assert/strict";
import { test } from "node:test";
import { latestOf, pagesOf } from "./latest-pages.ts";

/**
 * Returns a list of `total` numbers in pages of 100. The `link` header contains the last page if `namesLast` is true, otherwise only the
 * next page.
 */
function list(total: number, namesLast: boolean) {
  const asked: number[] = [];
  const last = Math.max(1, Math.ceil(total / 100));
  const to = (page: number, rel: string) =>
    `<https://api.github.com/x?per_page=100&page=${page}>; rel="${rel}"`;
  return {
    asked,
    ask: async (page: number) => {
      asked.push(page);
      const data = Array.from(
        { length: Math.max(0, Math.min(100, total - (page - 1) * 100)) },
        (_, at) => (page - 1) * 100 + at,
      );
      const links = page < last ? [to(page + 1, "next"), ...(namesLast ? [to(last, "last")] : [])] : [];
      return { data, headers: { link: links.length === 0 ? undefined : links.join(", ") } };
    },
  };
}

test("returns the last items of a list, regardless of its length", async () => {
  for (const total of [0, 1, 100, 101, 500, 501, 599, 600, 601, 2050]) {
    for (const namesLast of [true, false]) {
      const found = await latestOf(500, list(total, namesLast).ask);
      assert.equal(found.length, Math.min(total, 500), `${total}`);
      assert.equal(found.at(-1), total === 0 ? undefined : total - 1);
    }
  }
});

test("requests only the pages it needs if the response names the last page", async () => {
  const { asked, ask } = list(2050, true);
  await latestOf(500, ask);
  assert.deepEqual(asked, [1, 16, 17, 18, 19, 20, 21]);
});

test("stops at a maximum number of pages in an endless list", async () => {
  const { asked, ask } = list(1e9, false);
  assert.equal((await latestOf(500, ask)).length, 500);
  assert.equal(asked.length, 100);
  const pages = list(1e9, false);
  assert.equal((await pagesOf(5, pages.ask)).length, 500);
  assert.deepEqual(pages.asked, [1, 2, 3, 4, 5]);
});
