import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchSpecs } from "../../../../harness/plug-ins.ts";
import { openTestStore, type TestStore } from "../../../../testing/test-store.ts";
import { newId, paths } from "../../../base/index.ts";
import type { Ports } from "../../../ports.ts";
import { defaultRepositorySettings, type Repository } from "../repository.ts";
import { listRepositorySkills, type RepositorySkillFilter } from "./list-repository-skills.ts";

const signal = new AbortController().signal;
let t: TestStore;
let ports: Pick<Ports, "store" | "git" | "settings" | "harnesses">;
let shop: Repository;
let site: Repository;
/** Skill files, keyed by mirror and branch. */
const files = new Map<string, readonly { readonly path: string; readonly text: string }[]>();

const file = (path: string, description: string) => ({
  path: `${path}/SKILL.md`,
  text: `---\nname: any\ndescription: ${description}\ntags: [one]\n---\n`,
});

before(async () => {
  t = await openTestStore();
  shop = await t.addRepository();
  site = await t.addRepository({ settings: { ...defaultRepositorySettings, baseBranch: "next" } });
  const off = await t.addRepository({ enabledAt: null });
  const add = ({ id }: Repository, branch: string, ...held: ReturnType<typeof file>[]) =>
    files.set(`${paths.mirror("/data", id)} ${branch}`, held);
  add(shop, "main", file(".claude/skills/pack", "Of Claude."), file(".cursor/skills/pack", "Of Cursor."));
  add(site, "main", file(".claude/skills/old", "On another branch."));
  add(
    site,
    "next",
    file(".agents/skills/bake", "How 100% is baked."),
    file(".agents/skills/pack", "Theirs."),
  );
  add(off, "main", file(".claude/skills/off", "Not enabled."));
  ports = {
    store: t.store,
    harnesses: { list: () => launchSpecs } as unknown as Ports["harnesses"],
    settings: { dataDir: "/data" } as Ports["settings"],
    git: {
      readBelow: async ({ mirrorPath, branch }: { mirrorPath: string; branch: string }) =>
        files.get(`${mirrorPath} ${branch}`) ?? [],
    } as unknown as Ports["git"],
  };
});
after(() => t.drop());

const list = (change: Partial<RepositorySkillFilter> = {}) =>
  listRepositorySkills(ports, t.organizationId, { limit: 10, ...change }, signal);
const listNames = async (change: Partial<RepositorySkillFilter> = {}) =>
  (await list(change)).items.map(({ name, description }) => `${name}: ${description}`).sort();

test("lists the skills on the base branches of enabled repositories, with each name once per repository", async () => {
  assert.deepEqual(await listNames(), ["bake: How 100% is baked.", "pack: Of Claude.", "pack: Theirs."]);
  const { items } = await list({ names: ["bake"] });
  assert.deepEqual(items[0]!.keywords, ["one"]);
  assert.match(items[0]!.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(await list({ names: ["bake"] }), { items, nextCursor: null }, "the id is stable");
});

test("filters skills by repository, name and text", async () => {
  assert.deepEqual(await listNames({ repositoryIds: [shop.id] }), ["pack: Of Claude."]);
  assert.deepEqual(await listNames({ repositoryIds: [newId()] }), []);
  assert.deepEqual(await listNames({ names: ["pack"], repositoryIds: [site.id] }), ["pack: Theirs."]);
  assert.deepEqual(await listNames({ search: "100% IS" }), ["bake: How 100% is baked."]);
  assert.deepEqual(await listRepositorySkills(ports, newId(), { limit: 10 }, signal), {
    items: [],
    nextCursor: null,
  });
});

test("pages through skills and rejects an outdated cursor", async () => {
  const first = await list({ limit: 2 });
  assert.equal(first.nextCursor, first.items.at(-1)!.id);
  const second = await list({ limit: 2, cursor: first.nextCursor! });
  assert.equal(second.nextCursor, null);
  assert.deepEqual([...first.items, ...second.items], (await list()).items);
  await assert.rejects(list({ cursor: newId() }), { code: "invalid_input", message: /from the beginning/ });
});
