import { z } from "zod";
import { uuid } from "../common.ts";
import { maxProjectServices } from "../limits.ts";

const path = z.string().min(1).max(500);
const registrySecret = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .describe("Key of the organization's secret that contains the registry's `user:password`.");
const registry = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .describe("Host of the registry that receives `registrySecret`, such as `ghcr.io`. Required with it.");

/** The system on which a project's environment is built. An extension of this server. */
export const projectSource = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("machine") }),
    z.strictObject({
      kind: z.literal("image"),
      reference: z.string().min(1).max(500).describe("Image in an OCI registry, such as `debian:13`."),
      registrySecret,
    }),
    z.strictObject({
      kind: z.literal("dockerfile"),
      repositoryId: uuid,
      path: path.describe("Path of the Dockerfile in the repository."),
      target: z.string().min(1).max(200).optional().describe("Stage to build. Defaults to the last stage."),
      args: z.record(z.string().min(1).max(200), z.string().max(10_000)).optional(),
      ...{ registry, registrySecret },
    }),
    z.strictObject({
      kind: z.literal("devcontainer"),
      repositoryId: uuid,
      path: path.optional().describe("Defaults to the standard paths of a `devcontainer.json`."),
      ...{ registry, registrySecret },
    }),
  ])
  .describe("`machine`: the worker's own system.");
export type ProjectSource = z.infer<typeof projectSource>;

export const projectUser = z
  .enum(["user", "root"])
  .describe("User that runs programs. `root` has no privileges outside the sandbox.");

const serviceReady = z.union([
  z.strictObject({ tcp: z.int().min(1).max(65_535).describe("Port that accepts connections.") }),
  z.strictObject({ command: z.string().min(1).max(10_000).describe("Command that exits with 0.") }),
]);

/** A program that runs beside the harness, such as a database. An extension of this server. */
export const projectService = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe("Lowercase letters, digits and hyphens. Unique in the project."),
  command: z.string().min(1).max(10_000),
  ready: serviceReady.nullable().default(null).describe("Null: the service is ready when it has started."),
  user: projectUser.optional().describe("Defaults to the project's user."),
});
export type ProjectService = z.infer<typeof projectService>;

export const projectServices = z.array(projectService).max(maxProjectServices);
