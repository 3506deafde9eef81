import assert from "node:assert/strict";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Edge, eventually } from "../../support/api-edge.ts";
import { API_KEY, type Files, pushFiles, remoteHead } from "../../support/index.ts";

let projects = 0;

/** Creates a project of the size micro. */
export async function projectWith(edge: Edge, settings: object = {}) {
  const name = `Built ${++projects}`;
  return (await edge.client.projects.create({ name, sizes: ["micro"], ...settings })).project;
}

/** Requests a build, or takes a requested one, and waits for its end. */
export async function buildOf(edge: Edge, projectId: string, jobId?: string, limitMs?: number) {
  const id = jobId ?? (await edge.client.projects.builds.create(projectId)).jobIds[0]!;
  const read = () => edge.client.projects.builds.retrieve(projectId, id);
  await eventually(async () => !["pending", "running"].includes((await read()).status), limitMs);
  return read();
}

/** Pushes files, and waits until the server has handled the event of the push. */
export async function pushAndWait(edge: Edge, url: string, branch: string, files: Files): Promise<void> {
  await awaitPush(edge, await pushFiles(url, API_KEY, branch, files));
}

/** Creates a repository, and waits until the server has handled the event of its first push. */
export async function pushedRepository(edge: Edge, name: string, files: Files) {
  const repository = await edge.repository(name, files);
  await awaitPush(edge, await remoteHead(repository.url, API_KEY, "main"));
  return repository;
}

/** Waits until the server has handled the event of a push to the built-in forge. */
export async function awaitPush(edge: Edge, sha: string | null): Promise<void> {
  await eventually(async () => {
    const { rows } = await edge.pool.query(
      `select from deliveries where event_name = 'push' and status <> 'received'
         and convert_from(body, 'UTF8')::jsonb ->> 'after' = $1`,
      [sha],
    );
    return rows.length > 0;
  });
}

/** Pushes files, and waits for the build that the push causes, which must complete. */
export async function refreshByPush(edge: Edge, projectId: string, url: string, files: Files) {
  await ageBuilds(edge);
  await pushAndWait(edge, url, "main", files);
  const [requested] = (await edge.client.projects.builds.list(projectId)).items;
  assert.equal(requested?.trigger, "scheduled");
  const build = await buildOf(edge, projectId, requested.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  return build;
}

/** Makes all builds an hour older, so that changes may cause builds again. */
export const ageBuilds = ({ pool }: Edge) =>
  pool.query("update project_builds set created_at = created_at - interval '1 hour'");

/** Returns the log of a build so far. */
export async function logOf(edge: Edge, projectId: string, buildId: string): Promise<string> {
  return (await edge.client.projects.builds.retrieve(projectId, buildId)).logs;
}

/** Returns the folders that a build has on this machine. */
export async function foldersOfBuild({ dataDir }: Edge, buildId: string): Promise<string[]> {
  const names = await Promise.all(
    ["sessions", "run"].map((folder) => readdir(join(dataDir, folder)).catch(() => [] as string[])),
  );
  return names.flat().filter((name) => name.startsWith(buildId));
}

/** Returns the layers that running builds keep. */
export async function heldLayers({ dataDir }: Edge): Promise<string[]> {
  const mounts = join(dataDir, "layers", "mounts");
  const processes = await readdir(mounts);
  const names = await Promise.all(processes.map((name) => readdir(join(mounts, name))));
  return names.flat().filter((name) => name.startsWith("held-"));
}

/** Changes a byte in every stored layer. */
export async function damageLayers(edge: Edge): Promise<void> {
  for (const digest of await readdir(join(edge.dataDir, "layers", "store"))) await damageLayer(edge, digest);
}

/** Changes a byte in a stored layer, or in its first file if it is stored as a folder. */
export async function damageLayer({ dataDir }: Edge, digest: string): Promise<void> {
  const folder = join(dataDir, "layers", "store", digest.replace("sha256:", ""));
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const damaged = files.find((file) => file.isFile() && file.name !== "layer.json");
  const file = await open(join(damaged!.parentPath, damaged!.name), "r+");
  await file.write(Buffer.from([255]), 0, 1, 0);
  await file.close();
}
