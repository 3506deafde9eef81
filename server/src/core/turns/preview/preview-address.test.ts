import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppError } from "../../base/index.ts";
import {
  choosePreviewDomain,
  parseHostLabel,
  parsePreviewHost,
  previewHostLabel,
  previewOrigin,
  urlWithin,
} from "./preview-address.ts";

const place = { organizationId: "o1", sessionId: "s1", port: 3000 };
const label = previewHostLabel(place);

test("gives each session its own host names, which stay the same", () => {
  assert.match(label, /^3000-[a-z2-7]{16}$/);
  assert.equal(previewHostLabel(place), label);
  assert.equal(parseHostLabel(label).sibling(8000), previewHostLabel({ ...place, port: 8000 }));
  for (const other of [{ sessionId: "s2" }, { organizationId: "o2" }])
    assert.notEqual(previewHostLabel({ ...place, ...other }).slice(5), label.slice(5));
});

test("takes the scheme and the port of the public URL", () => {
  const previewDomain = "preview.example.com";
  for (const [publicUrl, origin] of [
    ["https://tembo.example.com", `https://${label}.preview.example.com`],
    ["http://localhost:3000", `http://${label}.preview.example.com:3000`],
  ] as const)
    assert.equal(previewOrigin({ publicUrl, previewDomain }, label), origin);
  assert.throws(() => previewOrigin({ publicUrl: "http://tembo.example", previewDomain: null }, label), {
    code: "conflict",
    message: /set TEMBO_PREVIEW_DOMAIN/,
  });
});

test("recognizes host names in the preview domain, and no others", () => {
  const domain = "preview.localhost";
  for (const [host, expected] of [
    [`${label}.preview.localhost`, label],
    [`${label}.preview.localhost:3000`, label],
    [`${label}.PREVIEW.localhost.:3000`, label],
    ["preview.localhost", ""],
    [`x.${label}.preview.localhost`, ""],
    ["3000-short.preview.localhost", ""],
    ["localhost", null],
    ["preview.localhost.evil.example", null],
    ["not-preview.localhost", null],
    ["[::1]:3000", null],
    [undefined, null],
  ] as const)
    assert.equal(parsePreviewHost(host, domain), expected, host);
  assert.equal(parsePreviewHost(`${label}.preview.localhost`, null), null);
});

test("chooses a domain below localhost for a server on this machine alone", () => {
  for (const host of ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"])
    assert.equal(choosePreviewDomain(null, `http://${host}:3000`), "preview.localhost");
  assert.equal(choosePreviewDomain(null, "https://tembo.example.com"), null);
  assert.equal(
    choosePreviewDomain("preview.example.com", "https://tembo.example.com"),
    "preview.example.com",
  );
});

test("rejects a domain that contains the dashboard's host", () => {
  for (const domain of ["example.com", "tembo.example.com"])
    assert.throws(() => choosePreviewDomain(domain, "https://tembo.example.com"), {
      code: "invalid_input",
      message: /contains the server's own host/,
    });
});

test("rejects a domain that contains another accepted host", () => {
  const choose = (host: string) =>
    choosePreviewDomain("preview.example.com", "https://tembo.example.com", ["localhost", host]);
  for (const host of ["preview.example.com", "a.preview.example.com", "*.preview.example.com"])
    assert.throws(
      () => choose(host),
      (cause: AppError) => cause.message.includes(`own host "${host}"`),
    );
  for (const host of ["*", "*.example.com", "example.com", "not-preview.example.com"])
    assert.equal(choose(host), "preview.example.com");
});

test("keeps a path on the preview's host", () => {
  const origin = "http://a.preview.localhost:3000";
  for (const [path, expected] of [
    ["/a?b=c#d", `${origin}/a?b=c`],
    ["//evil.example/", `${origin}/`],
    ["/\\evil.example", `${origin}/`],
    ["/.//evil.example", `${origin}//evil.example`],
    ["http://evil.example/", `${origin}/`],
    ["javascript:alert(1)", `${origin}/`],
  ] as const)
    assert.equal(urlWithin(origin, path), expected, path);
});
