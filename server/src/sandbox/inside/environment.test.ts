import assert from "node:assert/strict";
import { test } from "node:test";
import { buildEnvironment } from "./environment.ts";

const surroundings = {
  homePath: "/home/tembo",
  nodeFolder: "/data/runtime/bin",
  tmpPath: "/tmp",
  egressUrl: "http://127.0.0.1:3128",
  toolsUrl: "http://127.0.0.1:8379",
  certificates: null,
};

test("puts Node first on the path and lets a command override variables", () => {
  const asked = { LANG: "de_DE.UTF-8", A: "1", HTTPS_PROXY: "" };
  const { PATH, LANG, A, HTTPS_PROXY, https_proxy } = buildEnvironment(asked, surroundings);
  assert.ok(PATH!.startsWith("/data/runtime/bin:"));
  assert.deepEqual({ LANG, A, HTTPS_PROXY }, asked);
  assert.equal(https_proxy, "http://127.0.0.1:3128");
});

test("sets the certificate variables only if there is a certificate to trust", () => {
  assert.equal(buildEnvironment({}, surroundings).SSL_CERT_FILE, undefined);
  const certificates = { allPath: "/all.pem", trustedPath: "/trusted.pem" };
  const { SSL_CERT_FILE, NODE_EXTRA_CA_CERTS } = buildEnvironment({}, { ...surroundings, certificates });
  assert.deepEqual([SSL_CERT_FILE, NODE_EXTRA_CA_CERTS], ["/all.pem", "/trusted.pem"]);
});
