import assert from "node:assert/strict";
import { test } from "node:test";
import { isPicture, mediaTypeOf } from "./media-type.ts";

const pictures = {
  "image/png": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
  "image/jpeg": Buffer.from("ffd8ffe000104a464946000101000001", "hex"),
  "image/gif": Buffer.from("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00", "latin1"),
  "image/webp": Buffer.from("RIFF\x0a\x00\x00\x00WEBPVP8 ", "latin1"),
};

test("detects an image from its bytes regardless of the declared type", () => {
  for (const [mediaType, head] of Object.entries(pictures)) {
    assert.equal(mediaTypeOf(head, "text/html"), mediaType);
    assert.ok(isPicture(mediaType));
  }
});

test("replaces a false image type or an invalid type with application/octet-stream", () => {
  const html = Buffer.from("<script>alert");
  for (const claimed of ["image/png", "IMAGE/PNG; q=1", "image/svg+xml", "nonsense", "a/b\r\nx: y", "", null])
    assert.equal(mediaTypeOf(html, claimed), "application/octet-stream", String(claimed));
  assert.equal(mediaTypeOf(Buffer.alloc(0), "text/plain; charset=utf-8"), "text/plain");
  assert.equal(isPicture("text/plain"), false);
});
