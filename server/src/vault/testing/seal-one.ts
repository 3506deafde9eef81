/** Opens the vault for an empty database and seals one value. Usage: node seal-one.ts FILE */
import { openVault } from "../open-vault.ts";

const { vault } = await openVault({ file: process.argv[2]!, usedKeyIds: async () => [] });
const sealed = vault.seal("s3cret value, ünïcode", {
  organizationId: "o1",
  name: "secret:TOKEN",
  version: 1,
});
console.log(JSON.stringify({ bytes: sealed.bytes.toString("base64"), masterKeyId: sealed.masterKeyId }));
