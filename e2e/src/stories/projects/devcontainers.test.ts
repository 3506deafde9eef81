import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { API_KEY, ofType, pushFiles, reachingLoopback } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { startImageRegistry } from "./image-registry.ts";
import { buildOf, logOf, projectWith } from "./run-build.ts";

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

async function sessionWith(command: string, body: object) {
  const prompt = `Look. SCRIPT(bash(${JSON.stringify(command)}), say("Done."))`;
  const { id } = await edge.client.session.create({ prompt, ...body });
  const events = await edge.ended(id);
  return { events, output: resultsOf(events).join("\n") };
}

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
  assert.match(await logOf(edge, project.id, build.id), /forwards the ports 3000, db:5432/);
  const command =
    "id -u; cat /etc/created updated.txt one.txt ../seen.txt /etc/started /etc/after; ls two.txt; echo $FOLDER $ADDED";
  const { events, output } = await sessionWith(command, {
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
  const { output } = await sessionWith("id -un; cat made.txt", {
    codeRepoIds: [repository.id],
    projectId: project.id,
  });
  assert.match(output, /tembo\\ncopied\\nbuilt/);
});

test("explains a dev container that cannot be used", async () => {
  const image = `"image": "${registry.reference}"`;
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ "a.txt": "1\n" }, /There is no devcontainer\.json on the branch main/],
    [
      { ".devcontainer.json": `{ ${image}, "features": { "ghcr.io/devcontainers/features/go:1": {} } }` },
      /uses features, which are not supported: ghcr\.io\/devcontainers\/features\/go:1\./,
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
