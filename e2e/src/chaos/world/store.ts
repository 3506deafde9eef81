import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBucket, startCeph } from "../../../../server/src/blobs/s3/testing/start-ceph.ts";
import { center } from "./network.ts";
import { startRelay } from "./relay.ts";

export type StoreKind = "ceph" | "folder";

/** The blob store that all machines share. */
export interface SharedStore extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Makes all requests fail until `comeBack` is called. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export function openStore(kind: StoreKind, folder: string): Promise<SharedStore> {
  return kind === "ceph" ? openCeph() : openFolder(join(folder, "blobs"));
}

async function openCeph(): Promise<SharedStore> {
  const ceph = await startCeph();
  await createBucket(ceph, "chaos");
  const target = { host: "127.0.0.1", port: Number(new URL(ceph.endpoint).port) };
  const relay = await startRelay({ host: center, port: 0 }, () => [target]);
  return {
    env: {
      TEMBO_BLOBS: "s3://chaos/blobs",
      TEMBO_S3_ENDPOINT: `http://${center}:${relay.port}`,
      TEMBO_S3_ACCESS_KEY_ID: ceph.credentials.accessKeyId,
      TEMBO_S3_SECRET_ACCESS_KEY: ceph.credentials.secretAccessKey,
    },
    goAway: async () => relay.close(),
    comeBack: async () => relay.open(),
    [Symbol.asyncDispose]: async () => {
      await relay.stop();
      await ceph[Symbol.asyncDispose]();
    },
  };
}

async function openFolder(path: string): Promise<SharedStore> {
  await mkdir(path, { recursive: true });
  const aside = `${path}.away`;
  return {
    env: { TEMBO_BLOBS: `file://${path}` },
    goAway: async () => {
      await rename(path, aside);
      // A file at the path makes all requests fail. Without it, machines would create another folder.
      await writeFile(path, "");
    },
    comeBack: async () => {
      await rm(path);
      await rename(aside, path);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
