import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterwards } from "../testing/afterwards.ts";
import type { TestedName } from "../testing/make-provider.ts";
import { run, shell, specOf } from "../testing/run-in-sandbox.ts";
import { serveForwarded } from "../testing/serve-forwarded.ts";
import type { Suite } from "./suite.ts";

const runOutside = promisify(execFile);

export function testSpec(suite: Suite, name: TestedName): void {
  suite("connects git to the forwarded socket, for URLs with and without .git", async (t, {
    dataDir,
    provider,
  }) => {
    const source = join(dataDir, "source");
    const bare = join(dataDir, "bare.git");
    const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", HOME: dataDir };
    const git = (...args: string[]) => runOutside("git", args, { env });
    await git("init", "-q", "-b", "main", source);
    await writeFile(join(source, "file"), "content\n");
    const author = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
    await git("-C", source, "add", "file");
    await git("-C", source, ...author, "commit", "-q", "-m", "one");
    await git("clone", "-q", "--bare", source, bare);
    await git("-C", bare, "update-server-info");
    const url = 'https://forge.example/o/r "quoted\\';
    const spec = { ...specOf(5), gitRoutes: [{ url, path: "/1" }] };
    // A simple file server is sufficient for `git clone`.
    const server = createServer(async (request, response) => {
      const path = /^\/1\/([\w/.-]+)/.exec(request.url ?? "")?.[1];
      const content = path === undefined ? null : await readFile(join(bare, path)).catch(() => null);
      response.writeHead(content === null ? 404 : 200).end(content);
    });
    const sandbox = await provider.create(spec);
    afterwards(t, () => sandbox.stop());
    await serveForwarded(t, sandbox.forward("git"), server);
    for (const [index, address] of [url, `${url}.git`].entries()) {
      const { stderr } = await run(sandbox, ["git", "clone", "-q", address, `clone${index}`]);
      assert.equal(stderr, "");
      assert.equal((await run(sandbox, ["cat", `clone${index}/file`])).stdout, "content\n");
    }
    const other = await run(sandbox, ["git", "clone", "-q", "https://forge.example/x", "other"]);
    assert.notEqual(other.code, 0, "control");
  });

  suite("trusts an additional certificate", async (t, { dataDir, provider, sandbox: plain }) => {
    await runOutside(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split(
          " ",
        ),
        ..."-addext subjectAltName=DNS:localhost -keyout key.pem -out certificate.pem".split(" "),
      ],
      { cwd: dataDir },
    );
    const [certificate, key] = await Promise.all(
      ["certificate.pem", "key.pem"].map((file) => readFile(join(dataDir, file), "utf8")),
    );
    const sandbox = await provider.create({ ...specOf(5), trustedCertificate: certificate! });
    afterwards(t, () => sandbox.stop());
    const script = `
      const server = require("node:https").createServer({ cert: process.env.CERT, key: process.env.KEY }, (_, r) => r.end("hello"));
      server.listen(0, "127.0.0.1", () => {
        const url = "https://localhost:" + server.address().port;
        const command = process.argv[1] === "curl" ? ["curl", ["-sS", url]]
          : ["node", ["-e", "fetch(process.argv[1]).then(async (a) => console.log(await a.text()), (e) => console.log(e.cause.code))", url]];
        require("node:child_process").execFile(...command, (_, stdout, stderr) => { console.log(stdout.trim(), stderr.trim()); process.exit(); });
      });`;
    const env = { CERT: certificate!, KEY: key! };
    for (const client of ["node", "curl"]) {
      const trusting = await run(sandbox, ["node", "-e", script, client], { env });
      assert.equal(trusting.stdout.trim(), "hello", client);
      const refusing = await run(plain, ["node", "-e", script, client], { env });
      assert.match(refusing.stdout, /certificate|SELF_SIGNED/i, "control");
    }
    const { stdout } = await shell(
      sandbox,
      'cat "$SSL_CERT_FILE" | grep -c BEGIN; grep -c BEGIN "$NODE_EXTRA_CA_CERTS"',
    );
    const [all, trusted] = stdout.split("\n").map(Number);
    assert.ok(all! >= 1);
    assert.equal(trusted, 1);
  });

  // Without isolation, programs can write wherever the server's user can.
  if (name === "unsafe-local") return;

  suite("prevents changes in a read-only workspace", async (t, { provider, sandbox: writing }) => {
    const first = await provider.create(specOf(5));
    await shell(first, "echo before > file");
    await first.stop();
    const sandbox = await provider.create({ ...specOf(5), isWorkspaceReadOnly: true });
    afterwards(t, () => sandbox.stop());
    const script =
      'echo after > file; touch new; rm -f file; chmod 777 .; touch "$HOME/x" "$TMPDIR/x" && cat file; stat -c %a .';
    const { stdout, stderr } = await shell(sandbox, script);
    assert.equal(stdout, "before\n700\n");
    assert.equal(stderr.match(/Read-only file system/g)?.length, 4);
    assert.equal((await shell(writing, "echo after > file; cat file")).stdout, "after\n", "control");
  });
}
