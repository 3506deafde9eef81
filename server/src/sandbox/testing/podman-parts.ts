import { existsSync } from "node:fs";

const programs = ["conmon", "crun", "podman", "podman-compose"];
const modules = "/usr/lib/python3/dist-packages";

/** Paths of this machine's podman and of everything that it needs, for the image of a test. */
export const podmanParts: readonly string[] = [
  ...programs.map((name) => `/usr/bin/${name}`),
  ...["/etc/containers/policy.json", "/usr/share/containers", "/usr/lib/podman"],
  // podman-compose is a module of Python.
  ...["podman_compose.py", "podman_compose-1.3.0.egg-info", "yaml", "_yaml", "dotenv"].map(
    (name) => `${modules}/${name}`,
  ),
];

/** Reason why containers cannot run on this machine, or false. */
export const skipWithoutPodman =
  (process.getuid!() !== 0 && "needs root") ||
  (!programs.every((name) => existsSync(`/usr/bin/${name}`)) && `needs ${programs.join(", ")}`);

/**
 * Shell script that makes the image `localhost/base`, which has no programs. Containers mount those of the sandbox with
 * `--volume /usr:/usr:ro`.
 */
export const makeBaseImage = `
set -e
folder=$(mktemp -d)
for name in bin lib lib64; do ln -s "usr/$name" "$folder/$name"; done
mkdir -m 1777 "$folder/tmp"
tar -C "$folder" -cf - . | podman import --quiet - localhost/base >/dev/null`;

/** Compose file whose service `web` prints the status of a response of its service `db`. The image of `web` is built from `localhost/base`. */
export const composeFile = `
services:
  web:
    build: .
    command: [python3, -c, "import urllib.request as u; print('web sees', u.urlopen('http://db:8127/').status, flush=True)"]
    depends_on: { db: { condition: service_healthy } }
    volumes: ["/usr:/usr:ro"]
  db:
    image: localhost/base
    command: [python3, -m, http.server, "8127"]
    healthcheck: { test: ["CMD", "true"] }
    ports: ["8127:8127"]
    volumes: ["/usr:/usr:ro"]
`;
