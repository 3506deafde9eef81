import { parseAllDocuments } from "yaml";

export type KubernetesObject = Readonly<Record<string, unknown>> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

interface Validator {
  (data: unknown): boolean;
  readonly errors?: readonly object[] | null;
}

/** Reads the objects of a manifest. Throws if it is not valid YAML. */
export function readObjects(yaml: string): KubernetesObject[] {
  return parseAllDocuments(yaml)
    .map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS() as KubernetesObject | null;
    })
    .filter((object) => object !== null);
}

/** Returns the problems of an object, according to the schemas of Kubernetes: wrong values, missing fields and unknown fields. */
export async function problemsOf(object: KubernetesObject): Promise<string[]> {
  const validate = await findValidator(object);
  const read = new Set<string>();
  const isValid = validate(recordReads(object, "", read));
  return [
    ...(isValid ? [] : (validate.errors ?? []).map((error) => JSON.stringify(error))),
    ...pathsOf(object, "")
      .filter((path) => !read.has(path))
      .map((path) => `unknown field ${path}`),
  ];
}

async function findValidator({ apiVersion, kind }: KubernetesObject): Promise<Validator> {
  const [version = "", group = "core"] = apiVersion.split("/").reverse();
  const names = [group.split(".")[0]!, version, kind].map((name) => name[0]!.toUpperCase() + name.slice(1));
  const { validate } = await import(`kubernetes-models/_schemas/IoK8sApi${names.join("")}`);
  return validate;
}

/** The validators read only the fields of their schema, and accept others. A field that they did not read is therefore unknown. */
function recordReads<T>(value: T, path: string, read: Set<string>): T {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "symbol") return Reflect.get(target, key);
      read.add(`${path}/${key}`);
      return recordReads(Reflect.get(target, key), `${path}/${key}`, read);
    },
    // Reads every key of a map, such as of labels.
    ownKeys(target) {
      const keys = Reflect.ownKeys(target);
      for (const key of keys) read.add(`${path}/${String(key)}`);
      return keys;
    },
  });
}

function pathsOf(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    `${path}/${key}`,
    ...pathsOf(child, `${path}/${key}`),
  ]);
}
