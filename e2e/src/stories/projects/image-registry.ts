import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { makeTar } from "../../../../server/src/layers/testing/make-tar.ts";
import { pushImage, serveRegistry } from "../../../../server/src/layers/testing/serve-registry.ts";
import { packImage } from "../../../../server/src/sandbox/testing/pack-image.ts";

/** Credential of the registry, in the form of a secret. */
export const credential = "puller:sesame-of-the-registry";

/** Starts a registry with the image `app:1`, which consists of parts of this machine and a file with the version. */
export async function startImageRegistry(parts: readonly string[] = []) {
  const closing: (() => unknown)[] = [];
  const scratch = await mkdtemp(join(tmpdir(), "tembo-e2e-image-"));
  const system = await buffer(packImage(scratch, parts));
  await rm(scratch, { recursive: true });
  const layersOf = (version: string) => [
    system,
    makeTar([
      { name: "etc/version", body: version },
      { name: "usr/local/bin/" },
      { name: "opt/removed/by-setup", body: "x" },
      { name: "opt/own", type: "2", target: "/etc/version" },
    ]),
  ];
  const env = ["PATH=/usr/local/bin:/usr/bin:/bin", "IMAGE_VARIABLE=of-the-image"];
  const registry = await serveRegistry({ after: (close) => closing.push(close as () => unknown) }, []);
  const push = (version: string) => pushImage(registry.content, "1", layersOf(version), env);
  push("first");
  /** True if the registry requires the credential. */
  const state = { isPrivate: false };
  const expected = `Basic ${Buffer.from(credential).toString("base64")}`;
  registry.intercept = (request, response) => {
    if (!state.isPrivate || request.headers.authorization === expected) return false;
    response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    return true;
  };
  return Object.assign(registry, {
    reference: `${registry.host}/app:1`,
    push,
    state,
    close: async () => {
      for (const close of closing) await close();
    },
  });
}
