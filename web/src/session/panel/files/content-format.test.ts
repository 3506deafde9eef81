import assert from "node:assert/strict";
import { test } from "node:test";
import { artifactFormat, fileFormat } from "./content-format.ts";

const asset = { outputType: "asset", fileKind: "file", contentType: null, fileName: null } as const;

test("prefers the declared type of an artifact to its content type and name", () => {
  assert.equal(artifactFormat({ ...asset, outputType: "csv", fileName: "a.md" }), "csv");
  assert.equal(artifactFormat({ ...asset, fileKind: "html", fileName: "a.json" }), "html");
  assert.equal(artifactFormat({ ...asset, outputType: null, fileKind: "markdown" }), "markdown");
  assert.equal(artifactFormat({ ...asset, contentType: "image/png", fileName: "a.csv" }), "picture");
  assert.equal(artifactFormat({ ...asset, contentType: "application/json; charset=utf-8" }), "json");
});

test("uses the name if the types are general, and shows other content as text", () => {
  assert.equal(
    artifactFormat({ ...asset, contentType: "application/octet-stream", fileName: "a.CSV" }),
    "csv",
  );
  assert.equal(artifactFormat({ ...asset, contentType: "image/tiff" }), "text");
  assert.equal(artifactFormat(asset), "text");
});

test("shows HTML files as text, because only artifacts are pages", () => {
  assert.deepEqual(["page.html", "docs/a.markdown", "shot.jpeg", "json", "table.csv.gz"].map(fileFormat), [
    "text",
    "markdown",
    "picture",
    "text",
    "text",
  ]);
});
