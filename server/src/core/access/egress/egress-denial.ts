export interface EgressDenial {
  readonly host: string;
  readonly port: number;
  /** `notAllowed`: the policy does not name it. `notPublic`: its name leads to a private, loopback, link-local or metadata address. */
  readonly reason: "notAllowed" | "notPublic";
}
