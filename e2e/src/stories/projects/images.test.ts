import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeTar } from "../../../../server/src/layers/testing/make-tar.ts";
import { pushImage } from "../../../../server/src/layers/testing/serve-registry.ts";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY, git, ofType, reachingLoopback, sandboxProcesses, withClone } from "../../support/index.ts";
import { outcomeText, prepareSession, untilLogged } from "../../support/prepared.ts";
import { credential, startImageRegistry } from "./image-registry.ts";
import {
  buildOf,
  damageLayer,
  damageLayers,
  heldLayers,
  logOf,
  projectWith,
  pushedRepository,
  refreshByPush,
} from "./run-build.ts";
import { nextTurn, sessionWith } from "./run-session.ts";

const skip = process.getuid!() !== 0 && "profile root needs root";
let edge: Edge;
let registry: Awaited<ReturnType<typeof startImageRegistry>>;
before(async () => {
  registry = await startImageRegistry();
  edge = await startEdge({ env: reachingLoopback });
});
after(async () => {
  await edge?.close();
  await registry?.close();
});

const setupScript = `
test "$(id -u)" = 0
test "$IMAGE_VARIABLE" = of-the-image
printf '#!/bin/sh\\necho installed\\n' > /usr/local/bin/tool; chmod 755 /usr/local/bin/tool
mkdir -p /etc/tool && echo configured > /etc/tool/config && chown 26:27 /etc/tool/config && chmod 600 /etc/tool/config
rm /usr/bin/yes
rm -r /opt/removed && mkdir /opt/removed && touch /opt/removed/new
mkdir -p /var/lib/apt/lists && echo list > /var/lib/apt/lists/some
echo beside > beside.txt; echo home > "$HOME/.tool"; mkdir data; chown 26:27 data`;

test("runs a session as root in an image and in what the setup script installed", { skip }, async () => {
  const repository = await edge.repository("images/app", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: { kind: "image", reference: registry.reference },
    user: "root",
    setupScript,
    services: [{ name: "web", command: "exec python3 -m http.server 8126", ready: { tcp: 8126 } }],
    startScript: "echo started > /etc/started",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  assert.match(await logOf(edge, project.id, build.id), /\/app:1 is 127[^ ]+\/app@sha256:[0-9a-f]{64}\.\]/);

  const { id, events, output } = await sessionWith(
    edge,
    [
      "id -un; tool; cat /etc/tool/config; stat -c %u:%g /etc/tool/config; python3 -c 'print(6*7)'; cat /opt/own; echo",
      "ls /opt/removed /var/lib/apt/lists; ls /usr/bin/yes /usr/bin/perl; echo $IMAGE_VARIABLE",
      'cat ../beside.txt "$HOME/.tool" /etc/started; echo 2 > a.txt; echo kept > /etc/kept',
    ].join("; "),
    { codeRepoIds: [repository.id], projectId: project.id },
  );
  assert.match(
    output,
    /root\\ninstalled\\nconfigured\\n26:27\\n42\\nfirst\\n\/opt\/removed:\\nnew\\n\\n\/var\/lib\/apt\/lists:\\nls: [^\\]*\/usr\/bin\/yes[^\\]*\\nls: [^\\]*perl[^\\]*\\nof-the-image\\nbeside\\nhome\\nstarted/,
  );
  const [pushed] = ofType(events, "branch.pushed");
  await withClone(repository.url, API_KEY, pushed!.eventData.branch, async (path) => {
    assert.equal(await git(path, null, "diff", "--name-only", "origin/main", "HEAD"), "a.txt");
  });
  const later = await nextTurn(edge, id, "cat /etc/kept /etc/version a.txt");
  assert.match(later, /kept\\nfirst2/);
});

test("keeps the system of a running session when a later build moves to a new image", async () => {
  const project = await projectWith(edge, {
    source: { kind: "image", reference: registry.reference },
    setupScript: 'test "$(id -u)" != 0; cat /etc/version > version.txt; ! touch /etc/changed',
  });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  const read = "id -un; cat /etc/version version.txt";
  const body = { projectId: project.id, codeRepoIds: [] };
  const old = await sessionWith(edge, read, body);
  assert.match(old.output, /tembo\\n(?:first){2}/);
  const known = await buildOf(edge, project.id);
  assert.equal(known.snapshotId, first.snapshotId, "the same image makes no other environment");

  registry.push("second");
  const second = await buildOf(edge, project.id);
  assert.notEqual(second.snapshotId, first.snapshotId);
  assert.match((await sessionWith(edge, read, body)).output, /tembo\\n(?:second){2}/);
  assert.match(await nextTurn(edge, old.id, read), /tembo\\n(?:first){2}/);
});

test("downloads an image once for several projects", async () => {
  const logs: string[] = [];
  registry.push("shared");
  for (const setupScript of ["echo one", "echo two"]) {
    const project = await projectWith(edge, {
      source: { kind: "image", reference: registry.reference },
      setupScript,
    });
    const build = await buildOf(edge, project.id);
    assert.equal(build.status, "completed", JSON.stringify(build));
    logs.push(await logOf(edge, project.id, build.id));
  }
  assert.match(logs[0]!, /Downloading the image/);
  assert.match(logs[1]!, /The image is on this machine/);
});

test("keeps the image of a running build, and lets go of it when the build ends", async () => {
  const project = await projectWith(edge, {
    source: { kind: "image", reference: registry.reference },
    setupScript: "echo running; sleep 4712",
  });
  const { jobIds } = await edge.client.projects.builds.create(project.id);
  await eventually(async () => /running/.test(await logOf(edge, project.id, jobIds[0]!)), 120_000);
  assert.equal((await heldLayers(edge)).length, 1);
  await edge.client.projects.builds.cancel(project.id, jobIds[0]!);
  await eventually(async () => (await heldLayers(edge)).length === 0);
});

test("signs in to a private registry with a secret that no sandbox sees", async () => {
  registry.state.isPrivate = true;
  try {
    const { orgId } = await edge.json<{ orgId: string }>({ path: "/me" });
    const path = `/v1/organizations/${orgId}/secrets`;
    const secret = { key: "REGISTRY_LOGIN", value: "puller:wrong-password-1" };
    const { id } = await edge.json<{ id: string }>({ path, body: secret });
    const project = await projectWith(edge, {
      source: { kind: "image", reference: registry.reference, registrySecret: "REGISTRY_LOGIN" },
      setupScript: 'echo "login: ${REGISTRY_LOGIN:-none}"',
    });
    const wrong = await buildOf(edge, project.id);
    assert.equal(wrong.status, "failed");
    assert.match(wrong.failure ?? "", /does not allow reading the image.*credential/);
    for (const [value, expected] of [
      ["only-a-password", /REGISTRY_LOGIN does not have the form USER:PASSWORD/],
      [credential, null],
    ] as const) {
      await edge.json({ method: "PATCH", path: `${path}/${id}`, body: { value } });
      const build = await buildOf(edge, project.id);
      if (expected !== null) assert.match(build.failure ?? "", expected);
      else {
        assert.equal(build.status, "completed", JSON.stringify(build));
        assert.match(await logOf(edge, project.id, build.id), /login: none/);
      }
    }
    const { output } = await sessionWith(edge, 'echo "login: ${REGISTRY_LOGIN:-none}"', {
      projectId: project.id,
      codeRepoIds: [],
    });
    assert.match(output, /login: none/);
    const other = await sessionWith(edge, 'echo "login: ${REGISTRY_LOGIN:-none}"', { codeRepoIds: [] });
    assert.doesNotMatch(other.output, /login: none/, "control");
  } finally {
    registry.state.isPrivate = false;
  }
});

test("fetches a missing base again, and does without a damaged setup layer until it is built again", async () => {
  const project = await projectWith(edge, {
    source: { kind: "image", reference: registry.reference },
    setupScript: "echo made > made.txt",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  const body = { projectId: project.id, codeRepoIds: [] };
  const { rows } = await edge.pool.query("select layers from project_snapshots where id = $1", [
    build.snapshotId,
  ]);
  const [base] = rows[0].layers as [string, string];
  await damageLayer(edge, base);
  const fetched = await sessionWith(edge, "cat /etc/version made.txt", body);
  assert.match(fetched.output, /^"?\w+made/);
  assert.deepEqual(aboutEnvironment(fetched.events), []);

  await damageLayers(edge);
  const without = await sessionWith(edge, "cat made.txt; cat /etc/version; echo ran", body);
  assert.match(without.output, /No such file.*No such file.*ran/s);
  assert.equal(aboutEnvironment(without.events).length, 1);
  const left = (await readdir(join(edge.dataDir, "sessions"))).filter((name) => name.startsWith(without.id));
  assert.deepEqual(left, [without.id], "no file of the failed restore remains");
  await eventually(async () => {
    const { items } = await edge.client.projects.builds.list(project.id);
    return items.length === 2 && items[0]!.status !== "running" && items[0]!.status !== "pending";
  });
  assert.match((await sessionWith(edge, "cat /etc/version made.txt", body)).output, /^"?\w+made/);
});

test("prepares a sandbox with the image, in which no program runs before the prompt", { skip }, async () => {
  const project = await projectWith(edge, {
    source: { kind: "image", reference: registry.reference },
    user: "root",
    setupScript: "echo made > /etc/made; echo beside > beside.txt",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  const body = { projectId: project.id, codeRepoIds: [] };
  // The first session installs the harness.
  await sessionWith(edge, "true", body);
  const preparedId = await prepareSession(edge, body);
  assert.deepEqual(await sandboxProcesses(edge.uidBase), []);
  const folder = join(edge.dataDir, "sessions", preparedId);
  assert.deepEqual(await readdir(join(folder, "workspace")), ["beside.txt"]);
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  assert.ok(mounts.includes(edge.dataDir), "control: the layers are mounted");

  const used = await sessionWith(edge, "cat /etc/made ../*/beside.txt; id -un", { ...body, preparedId });
  assert.equal(used.id, preparedId);
  assert.match(used.output, /made\\nbeside\\nroot/);
  await untilLogged(edge, preparedId, outcomeText("used"));
});

const aboutEnvironment = (events: Parameters<typeof ofType>[0]) =>
  ofType(events, "notice").filter(({ eventData }) => /without the environment/.test(eventData.message));

test("fails a build whose image has no glibc or whose tag does not exist", async () => {
  pushImage(registry.content, "small", [makeTar([{ name: "bin/sh", body: "x", mode: 0o755 }])]);
  for (const [tag, expected] of [
    ["small", /rejected: it has no .*glibc.*based on Debian/],
    ["absent", /does not have "absent"/],
  ] as const) {
    const reference = registry.reference.replace(/1$/, tag);
    const project = await projectWith(edge, { source: { kind: "image", reference } });
    const build = await buildOf(edge, project.id);
    assert.equal(build.status, "failed");
    assert.match(build.failure ?? "", expected);
  }
});

test("refreshes an image that the setup script changes as root, on top of the environment", {
  skip,
}, async () => {
  const repository = await pushedRepository(edge, "images/refreshed", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: { kind: "image", reference: registry.reference },
    user: "root",
    refresh: true,
    setupScript: `
mkdir -p /etc/tool /opt/cache
if test -e /opt/cache/first; then
  rm /opt/cache/first; rm -r /opt/removed; mkdir /opt/removed; echo second > /etc/tool/second; cat /etc/tool/config
else
  echo first > /opt/cache/first; echo old > /opt/removed/added; echo configured > /etc/tool/config
  chown 26:27 /etc/tool/config; rm /usr/bin/yes
fi
cat refreshed/a.txt > "$HOME/.commit"`,
  });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  const second = await refreshByPush(edge, project.id, repository.url, { "a.txt": "2\n" });
  assert.match(second.logs, /Building on the environment of[\s\S]*\nconfigured\n/);
  assert.doesNotMatch(second.logs, /Building everything again/);
  const { rows } = await edge.pool.query("select layers from project_snapshots where id = any ($1)", [
    [first.snapshotId, second.snapshotId],
  ]);
  assert.deepEqual(rows.map(({ layers }) => layers.length).sort(), [2, 3]);
  const { output } = await sessionWith(
    edge,
    'cat /etc/tool/second /etc/tool/config "$HOME/.commit"; stat -c %u:%g /etc/tool/config; ls /opt/cache /opt/removed; ls /usr/bin/yes',
    { codeRepoIds: [repository.id], projectId: project.id },
  );
  assert.match(
    output,
    /second\\nconfigured\\n2\\n26:27\\n\/opt\/cache:\\n\\n\/opt\/removed:\\nls: [^\\]*yes/,
  );
});
