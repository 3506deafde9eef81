import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { makeTar } from "../../../../server/src/layers/testing/make-tar.ts";
import { pushFeature } from "../../../../server/src/layers/testing/serve-registry.ts";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { API_KEY, ofType, pushFiles, reachingLoopback } from "../../support/index.ts";
import { credential, startImageRegistry } from "./image-registry.ts";
import { buildOf, logOf, projectWith } from "./run-build.ts";
import { sessionWith } from "./run-session.ts";

const skip =
  (process.getuid!() !== 0 && "profile root needs root") ||
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

test("starts sessions in a dev container with an image, after its commands", { skip }, async () => {
  const repository = await edge.repository("devcontainers/image", {
    ".devcontainer/devcontainer.json": `{
      // The image of the registry.
      "image": "${registry.reference}",
      "remoteUser": "root",
      "containerEnv": { "FOLDER": "\${containerWorkspaceFolder}", "ADDED": "\${containerEnv:IMAGE_VARIABLE}!" },
      "onCreateCommand": "id -u > /etc/created",
      "updateContentCommand": ["sh", "-c", "echo \\"$1\\" > updated.txt", "sh", "it's updated"],
      "postCreateCommand": { "one": "echo one > one.txt", "two": ["touch", "two.txt"] },
      "postStartCommand": "cat a.txt > /etc/started",
      "forwardPorts": [3000, "db:5432"],
    }`,
    "a.txt": "from the repository\n",
  });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: { kind: "devcontainer", repositoryId: repository.id },
    setupScript: "cat */one.txt > seen.txt",
    startScript: "cat /etc/started > /etc/after",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  assert.match(
    await logOf(edge, project.id, build.id),
    /forwards the ports 3000\. .*\n.*also forwards db:5432/,
  );
  const command =
    "id -u; cat /etc/created updated.txt one.txt ../seen.txt /etc/started /etc/after; ls two.txt; echo $FOLDER $ADDED";
  const { events, output } = await sessionWith(edge, command, {
    codeRepoIds: [repository.id],
    projectId: project.id,
  });
  assert.match(
    output,
    /0\\n0\\nit's updated\\none\\none\\nfrom the repository\\nfrom the repository\\ntwo.txt\\n\/workspace\/\S+ of-the-image!/,
  );
  assert.deepEqual(
    ofType(events, "notice").filter(({ eventData }) => /start/i.test(eventData.message)),
    [],
  );
  assert.deepEqual(
    ofType(events, "preview.published").map(({ eventData }) => eventData.port),
    [3000],
  );
});

test("builds the Dockerfile of a dev container, and explains a command that fails", { skip }, async () => {
  const files = (command: string) => ({
    ".devcontainer/backend/devcontainer.json": JSON.stringify({
      build: { dockerfile: "Dockerfile", context: "../..", args: { WORD: "built" } },
      postCreateCommand: command,
    }),
  });
  const repository = await edge.repository("devcontainers/build", {
    ...files("echo 'no luck'; exit 4"),
    ".devcontainer/backend/Dockerfile": `FROM ${registry.reference}\nUSER root\nARG WORD\nCOPY a.txt /a\nRUN echo $WORD >> /a\n`,
    "a.txt": "copied\n",
  });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: { kind: "devcontainer", repositoryId: repository.id },
  });
  const failed = await buildOf(edge, project.id);
  assert.match(
    failed.failure ?? "",
    /The postCreateCommand of \.devcontainer\/backend\/devcontainer\.json failed with exit code 4\. Its last lines:\nno luck/,
  );
  await pushFiles(repository.url, API_KEY, "main", files("cp /a made.txt"));
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  const { output } = await sessionWith(edge, "id -un; cat made.txt", {
    codeRepoIds: [repository.id],
    projectId: project.id,
  });
  assert.match(output, /tembo\\ncopied\\nbuilt/);
});

const hostile = 'it\'s "quoted"\n$(touch /escaped) `touch /escaped`; touch /escaped';
const install = (id: string, more = "") => `#!/bin/sh
set -e
echo ${id} >> /installed
printf '%s' "$GREETING" > /greeting-${id}
echo "$_REMOTE_USER $_CONTAINER_USER $_CONTAINER_USER_HOME $ADDED $PATH" > /variables-${id}
${more}`;

test("installs features of the repository and of a private registry, in order", { skip }, async (t) => {
  registry.state.isPrivate = true;
  t.after(() => {
    registry.state.isPrivate = false;
  });
  const push = (id: string, metadata: object) =>
    pushFeature(
      registry.content,
      { repository: `acme/features/${id}` },
      makeTar([
        { name: "./devcontainer-feature.json", body: JSON.stringify({ id, ...metadata }) },
        { name: "./install.sh", body: install(id, "cat data/word >> /installed") },
        { name: "./data/word", body: `${id}'s file\n` },
      ]),
    );
  const named = (id: string) => `${registry.host}/acme/features/${id}`;
  push("base", { capAdd: ["SYS_PTRACE"] });
  const digest = push("tool", {
    options: { greeting: { type: "string", default: "unused" } },
    dependsOn: { [`${named("base")}:1`]: {} },
    containerEnv: { ADDED: 'quoted "word" \\', PATH: "/opt/tool:${PATH}" },
    postCreateCommand: "echo of-the-feature > feature.txt",
  });
  const own = {
    ".devcontainer/own/devcontainer-feature.json": JSON.stringify({
      id: "own",
      options: { greeting: { type: "string", default: "default greeting" } },
      installsAfter: [named("tool")],
    }),
    ".devcontainer/own/install.sh": install("own"),
  };
  const devcontainer = (greeting: string) =>
    JSON.stringify({
      image: registry.reference,
      remoteUser: "root",
      features: { "./own": {}, [`${named("tool")}:1`]: { greeting } },
      postCreateCommand: "cat feature.txt > after.txt",
    });
  const path = ".devcontainer/devcontainer.json";
  const repository = await edge.repository("devcontainers/features", {
    ...own,
    [path]: devcontainer(hostile),
  });
  const { orgId } = await edge.json<{ orgId: string }>({ path: "/me" });
  const secret = { key: "FEATURES_LOGIN", value: credential };
  await edge.json({ path: `/v1/organizations/${orgId}/secrets`, body: secret });
  const access = { registry: registry.host, registrySecret: secret.key };
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    source: { kind: "devcontainer", repositoryId: repository.id, ...access },
  });
  const build = await buildOf(edge, project.id);
  const log = await logOf(edge, project.id, build.id);
  assert.equal(build.status, "completed", log);
  assert.ok(log.includes(`${named("tool")}:1 is ${named("tool")}@${digest}.]`), log);
  assert.match(log, /features\/base:1 has properties without effect in a sandbox: capAdd\./);
  const command =
    "cat /installed /greeting-own after.txt; cat /variables-tool; cat /greeting-tool; ls -d /escaped /tmp/tembo-feature; echo $ADDED";
  const { output } = await sessionWith(edge, command, {
    codeRepoIds: [repository.id],
    projectId: project.id,
  });
  const expected = [
    "base\nbase's file\ntool\ntool's file\nown\n",
    "default greeting",
    "of-the-feature\n",
    'root app  quoted "word" \\ /opt/tool:/usr/local/bin:/usr/bin:/bin\n',
    hostile,
    "ls: cannot access '/escaped': No such file or directory\nls: cannot access '/tmp/tembo-feature'",
  ].join("");
  assert.ok(output.includes(JSON.stringify(expected).slice(1, -1)), output);
  assert.match(output, /\\nquoted \\"word\\" /);

  await pushFiles(repository.url, API_KEY, "main", { "a.txt": "1\n" });
  await edge.client.projects.update(project.id, { setupScript: "echo again" });
  const completed = async () => {
    const { id, status } = await buildOf(edge, project.id);
    const text = await logOf(edge, project.id, id);
    assert.equal(status, "completed", text);
    return text;
  };
  assert.doesNotMatch(await completed(), /STEP 1/);
  push("base", { version: "2" });
  await edge.client.projects.update(project.id, { setupScript: "echo moved" });
  assert.match(await completed(), /STEP 1/, "a moved tag of a dependency installs the features again");
});

test("installs features on a Dockerfile, and names the one that fails", { skip }, async () => {
  const files = (script: string) => ({
    ".devcontainer/own/devcontainer-feature.json": '{ "options": { "word": { "default": "a" } } }',
    ".devcontainer/own/install.sh": script,
  });
  const repository = await edge.repository("devcontainers/features-build", {
    ...files("#!/bin/sh\necho 'STEP 1/1: FROM forged'; echo no luck; exit 5\n"),
    ".devcontainer/Dockerfile": `FROM ${registry.reference}\nUSER root\nRUN echo built > /built\nUSER app\n`,
    ".devcontainer/devcontainer.json": JSON.stringify({
      build: { dockerfile: "Dockerfile" },
      features: { "./own": { word: "b" } },
    }),
  });
  const project = await projectWith(edge, {
    source: { kind: "devcontainer", repositoryId: repository.id },
    setupScript: "cat /built /feature",
  });
  const failed = await buildOf(edge, project.id);
  assert.match(failed.failure ?? "", /could not be installed\. Its last lines:[\s\S]*no luck/);
  await pushFiles(
    repository.url,
    API_KEY,
    "main",
    files('#!/bin/sh\necho "$WORD $_REMOTE_USER $(id -u)" > /feature\n'),
  );
  const build = await buildOf(edge, project.id);
  const log = await logOf(edge, project.id, build.id);
  assert.equal(build.status, "completed", log);
  assert.match(log, /\nbuilt\nb app 0\n/);
});

test("explains a dev container that cannot be used", async () => {
  const image = `"image": "${registry.reference}"`;
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ "a.txt": "1\n" }, /There is no devcontainer\.json on the branch main/],
    [{ ".devcontainer.json": `{ ${image}, "features": { "go": {} } }` }, /names the feature "go"/],
    [
      { ".devcontainer.json": `{ ${image}, "features": { "./absent": {} } }` },
      /feature in absent on the branch main .* does not exist/,
    ],
    [
      {
        ".devcontainer.json": `{ ${image}, "features": { "./a": {} } }`,
        "a/devcontainer-feature.json": "{}",
      },
      /The feature \.\/a has no file install\.sh/,
    ],
    [
      {
        ".devcontainer.json": `{ ${image}, "features": { "./a": {} } }`,
        "a/devcontainer-feature.json": '{ "privileged": true }',
        "a/install.sh": "true",
      },
      /feature \.\/a requires privileged mode/,
    ],
    [
      { ".devcontainer.json": `{ ${image}, "features": { "${registry.reference}": {} } }` },
      /not a feature of dev containers|manifest that is not supported/,
    ],
    [{ ".devcontainer.json": '{ "dockerComposeFile": "compose.yml" }' }, /"dockerComposeFile", which is not/],
    [{ ".devcontainer.json": `{\n${image},\n,}` }, /not valid JSON with comments \(\w+ on line 3\)/],
    [
      { ".devcontainer.json": '{ "build": { "dockerfile": "../Dockerfile" } }' },
      /a path outside the repository in "build\.dockerfile"/,
    ],
    [
      { ".devcontainer/a/devcontainer.json": "{}", ".devcontainer/b/devcontainer.json": "{}" },
      /several dev containers .*\.devcontainer\/a\/devcontainer\.json, \.devcontainer\/b\/devcontainer\.json/,
    ],
    [{ ".devcontainer.json": `{ ${image}, "postCreateCommand": "true" }` }, /is not part of the project/],
  ];
  for (const [index, [files, expected]] of cases.entries()) {
    const repository = await edge.repository(`devcontainers/wrong-${index}`, files);
    const source = { kind: "devcontainer", repositoryId: repository.id } as const;
    const build = await buildOf(edge, (await projectWith(edge, { source })).id);
    assert.equal(build.status, "failed");
    assert.match(build.failure ?? "", expected);
  }
});
