import { join } from "node:path";
import { addNode, importBase, keepDownloads, type Storage } from "../../../images/testing/storage.ts";

/** Names of the images, as .env names them. */
export const images = { tembo: "localhost/tembo", postgres: "localhost/postgres:17" } as const;

const debian = "localhost/debian:trixie-slim";
const node = "localhost/node:trixie-slim";

/** Builds the images of compose.yaml. PostgreSQL is the one of Debian. */
export function buildImages(storage: Storage): void {
  importBase(storage, debian);
  addNode(storage, debian, node);
  storage.build("build-image.ts", ["--tag", images.tembo, "--base", node], keepDownloads(storage));
  importBase(storage, images.postgres, ["postgresql-17"]);
  const container = storage.run("buildah", "from", images.postgres).trim();
  const entryPoint = join(import.meta.dirname, "postgres.sh");
  storage.run("buildah", "copy", "--chmod", "755", container, entryPoint, "/entry-point");
  const settings = [
    ...["--entrypoint", '["/entry-point"]', "--cmd", "", "--stop-signal", "SIGINT"],
    ...["--env", "PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ];
  storage.run("buildah", "config", ...settings, container);
  storage.run("buildah", "commit", "--rm", container, images.postgres);
}
