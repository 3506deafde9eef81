/** Samples that Tembo rejects but the vendor's schema accepts. Only Tembo has the `attachments` field. */
export const ownAttachments = [
  ...["boolean", "number", "object", "text"].map((kind) => `attachments as ${kind}`),
  "attachments null",
  "attachments with 21 items",
  ...["array", "boolean", "number", "object", "text"].map((kind) => `attachments[] as ${kind}`),
  "attachments[] empty",
  "attachments[] null",
  "attachments[] of no version",
  "attachments[] very long",
].map((sample) => `${sample}: ours refuses`);
