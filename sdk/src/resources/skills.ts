import type { RequestOptions } from "../options.ts";
import type { SkillQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Deleted, Skill, SkillCreateBody, SkillList, SkillUpdateBody } from "../types.ts";

/** Skills that the organization provides to the harnesses of its sessions. */
export class SkillsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Lists skills without their files: the organization's skills, newest first, or repository skills, sorted by name.
   */
  list(query?: SkillQuery | null, options?: RequestOptions): PagePromise<SkillList> {
    return this.#transport.page({ method: "GET", path: "/v1/skills", query: query ?? {} }, options);
  }

  create(body: SkillCreateBody, options?: RequestOptions): APIPromise<Skill> {
    return this.#transport.json({ method: "POST", path: "/v1/skills", body }, options);
  }

  /** Returns a skill with its files. */
  retrieve(skillId: string, options?: RequestOptions): APIPromise<Skill> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/skills/${skillId}` }, options);
  }

  /** Updates a skill. `files` replaces all files of the skill. */
  update(skillId: string, body: SkillUpdateBody, options?: RequestOptions): APIPromise<Skill> {
    return this.#transport.json({ method: "PATCH", path: pathOf`/v1/skills/${skillId}`, body }, options);
  }

  delete(skillId: string, options?: RequestOptions): APIPromise<Deleted> {
    return this.#transport.json({ method: "DELETE", path: pathOf`/v1/skills/${skillId}` }, options);
  }
}
