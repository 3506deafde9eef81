import { type Place, runIn, writeFile } from "../dockerfile/write-file.ts";
import type { Installation } from "./feature.ts";
import { environmentFile, installScript, usersFile } from "./features-dockerfile.ts";

/** Writes the build context of `featuresDockerfile` to a folder of the builder, except the file `common/image-user`. */
export async function placeFeatures(place: Place, { features, users }: Installation): Promise<void> {
  await writeFile(place, "common/install-feature.sh", [installScript]);
  await writeFile(place, "common/users.env", [usersFile(users)]);
  for (const [index, { variables, files }] of features.entries()) {
    await writeFile(place, `${index}/options.env`, [environmentFile(variables)]);
    for (const { path, content, isExecutable } of files) {
      await writeFile(place, `${index}/files/${path}`, [content]);
      if (isExecutable) await runIn(place, 'chmod +x "$1/$2"', [`${index}/files/${path}`], []);
    }
  }
}
