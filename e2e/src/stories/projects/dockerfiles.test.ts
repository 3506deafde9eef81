import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY, processesWith, pushFiles, reachingLoopback } from "../../support/index.ts";
import { credential, startImageRegistry } from "./image-registry.ts";
import { buildOf, damageLayer, foldersOfBuild, logOf, projectWith } from "./run-build.ts";
import { sessionWith } from "./run-session.ts";

const skip =
  (process.getuid!() !== 0 && "building an image needs root") ||
  (spawnSync("buildah", ["--version"]).status !== 0 && "buildah is missing");
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

test("builds a Dockerfile with arguments, stages and files of the repository", { skip }, async () => {
  const dockerfile = `ARG IMAGE
FROM \${IMAGE} AS tools
USER root
RUN mkdir /made && echo compiled > /made/tool
FROM ${registry.reference} AS app
USER root
ARG GREETING=none
ENV FROM_DOCKERFILE=yes
COPY --from=tools /made/tool /opt/tool
COPY config/ /etc/app/
RUN --mount=type=cache,target=/cache echo "$GREETING $(cat /etc/version)" > /etc/greeting && chown 26:27 /etc/greeting
FROM app AS unused
RUN false
`;
  const repository = await edge.repository("dockerfiles/app", {
    "docker/Dockerfile": dockerfile,
    "config/a.conf": "a\n",
    "config/b.conf": "b\n",
    ".dockerignore": "config/b.conf\n",
  });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: {
      kind: "dockerfile",
      repositoryId: repository.id,
      path: "docker/Dockerfile",
      target: "app",
      args: { IMAGE: registry.reference, GREETING: "hello" },
    },
    user: "root",
    setupScript: "cat /etc/greeting > greeting.txt",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify([build, await logOf(edge, project.id, build.id)]));
  const log = await logOf(edge, project.id, build.id);
  assert.match(log, /STEP 6\/\d+: COPY config\/ \/etc\/app\//);
  const command =
    "cat greeting.txt ../greeting.txt /opt/tool; ls /etc/app; ls -A /etc/app/.git; stat -c %u:%g /etc/greeting; echo $FROM_DOCKERFILE $IMAGE_VARIABLE";
  const { output } = await sessionWith(edge, command, {
    codeRepoIds: [repository.id],
    projectId: project.id,
  });
  assert.match(output, /hello first\\ncompiled\\na\.conf\\nls: .*\\n26:27\\nyes of-the-image/);
  await eventually(async () => (await foldersOfBuild(edge, build.id)).length === 0);
});

test("names the line of a failing step, and builds again only after a change", { skip }, async () => {
  const failing = `FROM ${registry.reference}\nUSER root\nRUN echo first && \\\n  true\nRUN echo "why it fails"; exit 3\n`;
  const repository = await edge.repository("dockerfiles/line", { Dockerfile: failing, "a.txt": "1\n" });
  const push = (files: Record<string, string>) => pushFiles(repository.url, API_KEY, "main", files);
  const source = { kind: "dockerfile", repositoryId: repository.id, path: "Dockerfile" } as const;
  // The repository of the Dockerfile is not part of the environment.
  const project = await projectWith(edge, { source, setupScript: "cat /made > made.txt" });
  const failed = await buildOf(edge, project.id);
  assert.equal(failed.status, "failed");
  assert.match(
    failed.failure ?? "",
    /The step "RUN echo \\"why it fails\\"; exit 3" on line 5 of Dockerfile failed\. Its last lines:\n.*why it fails/s,
  );
  await eventually(async () => (await foldersOfBuild(edge, failed.id)).length === 0);

  await push({ Dockerfile: `FROM ${registry.reference}\nUSER root\nRUN echo one > /made\n` });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  await push({ "a.txt": "2\n" });
  assert.equal(
    (await buildOf(edge, project.id)).snapshotId,
    first.snapshotId,
    "no step reads the changed file",
  );

  await push({ Dockerfile: `FROM ${registry.reference}\nUSER root\nCOPY a.txt /made\n` });
  const second = await buildOf(edge, project.id);
  assert.notEqual(second.snapshotId, first.snapshotId);
  assert.equal((await buildOf(edge, project.id)).snapshotId, second.snapshotId);
  await edge.client.projects.update(project.id, { setupScript: "cat /made > again.txt" });
  const third = await buildOf(edge, project.id);
  assert.match(await logOf(edge, project.id, third.id), /The image of Dockerfile is on this machine/);
  await push({ "a.txt": "3\n" });
  const fourth = await buildOf(edge, project.id);
  assert.match(await logOf(edge, project.id, fourth.id), /STEP 3\/3: COPY a\.txt/);
  const again = await sessionWith(edge, "cat /made again.txt", { projectId: project.id, codeRepoIds: [] });
  assert.match(again.output, /3\\n3/);
});

test("builds a damaged image again, and gives the setup script the repositories and an empty HOME", {
  skip,
}, async () => {
  const repositories = await Promise.all(
    ["one", "two"].map((name) =>
      edge.repository(`damaged/${name}`, {
        Dockerfile: `FROM ${registry.reference}\nUSER root\nRUN echo made > /made\n`,
      }),
    ),
  );
  const project = await projectWith(edge, {
    codeRepositoryIds: repositories.map(({ id }) => id),
    source: { kind: "dockerfile", repositoryId: repositories[1]!.id, path: "Dockerfile" },
  });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  const { rows } = await edge.pool.query("select layers from project_snapshots where id = $1", [
    first.snapshotId,
  ]);
  await damageLayer(edge, rows[0].layers[0]);
  await edge.client.projects.update(project.id, {
    setupScript: 'cat /made; git -C one log --oneline; git -C two log --oneline; echo "[$(ls "$HOME")]"',
  });
  const again = await buildOf(edge, project.id);
  const log = await logOf(edge, project.id, again.id);
  assert.equal(again.status, "completed", log);
  assert.match(log, /The image of Dockerfile is on this machine.*STEP 3\/3: RUN/s, "control");
  assert.match(log, /\nmade\n[0-9a-f]{7,} .*\n[0-9a-f]{7,} .*\n\[\]\n/);
});

test("signs in to the project's registry only, with a secret that no step sees", { skip }, async (t) => {
  const other = await startImageRegistry();
  registry.state.isPrivate = true;
  t.after(async () => {
    registry.state.isPrivate = false;
    await other.close();
  });
  const login = "DOCKERFILE_LOGIN";
  const { orgId } = await edge.json<{ orgId: string }>({ path: "/me" });
  const path = `/v1/organizations/${orgId}/secrets`;
  await edge.json({ path, body: { key: login, value: credential } });
  const dockerfile = `FROM ${other.reference} AS other
FROM ${registry.reference}
USER root
COPY --from=other /etc/version /other
RUN echo "login: \${${login}:-none}" && ! grep -rs "${credential.split(":")[1]!.slice(0, 12)}" /proc/*/environ "$HOME" /tmp /run
`;
  const repository = await edge.repository("dockerfiles/private", { Dockerfile: dockerfile });
  const source = { kind: "dockerfile", repositoryId: repository.id, path: "Dockerfile" } as const;
  const setupScript = `echo "setup: \${${login}:-none}"`;
  const denied = await buildOf(edge, (await projectWith(edge, { source })).id);
  assert.match(denied.failure ?? "", /does not allow reading the image/, "control");
  const project = await projectWith(edge, {
    source: { ...source, registry: registry.host, registrySecret: login },
    setupScript,
  });
  const build = await buildOf(edge, project.id);
  const log = await logOf(edge, project.id, build.id);
  assert.equal(build.status, "completed", log);
  assert.match(log, /login: none[\s\S]*setup: none/);
  assert.ok(
    registry.requests.some(({ authorization }) => authorization !== undefined),
    "control",
  );

  other.state.isPrivate = true;
  await edge.client.projects.update(project.id, { setupScript: "echo again" });
  const again = await buildOf(edge, project.id);
  assert.match(again.failure ?? "", /does not allow reading the image/);
  assert.ok(other.requests.every(({ authorization }) => authorization === undefined));
});

test("explains a Dockerfile that cannot be built", { skip }, async () => {
  const repository = await edge.repository("dockerfiles/wrong", {
    "none/Dockerfile": "RUN true\n",
    Dockerfile: `FROM ${registry.reference.replace(/1$/, "absent")}\n`,
  });
  for (const [path, target, expected] of [
    ["other/Dockerfile", undefined, /There is no file other\/Dockerfile on the branch main/],
    ["none/Dockerfile", undefined, /has no FROM instruction/],
    ["Dockerfile", undefined, /does not have "absent"/],
    ["Dockerfile", "release", /has no stage "release"/],
  ] as const) {
    const source = {
      kind: "dockerfile",
      repositoryId: repository.id,
      path,
      ...(target && { target }),
    } as const;
    const build = await buildOf(edge, (await projectWith(edge, { source })).id);
    assert.equal(build.status, "failed");
    assert.match(build.failure ?? "", expected);
  }
});

test("ends a canceled build of an image, and removes its files", { skip }, async () => {
  const marker = "sleep 86399";
  const repository = await edge.repository("dockerfiles/slow", {
    Dockerfile: `FROM ${registry.reference}\nUSER root\nRUN ${marker}\n`,
  });
  const project = await projectWith(edge, {
    source: { kind: "dockerfile", repositoryId: repository.id, path: "Dockerfile" },
  });
  const id = (await edge.client.projects.builds.create(project.id)).jobIds[0]!;
  await eventually(async () => (await processesWith(marker)).length > 0);
  await edge.client.projects.builds.cancel(project.id, id);
  await eventually(async () => (await foldersOfBuild(edge, id)).length === 0);
  assert.deepEqual(await processesWith(marker), []);
});
