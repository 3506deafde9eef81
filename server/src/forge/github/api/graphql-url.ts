/** Returns the GraphQL endpoint: next to `/api/v3` on an Enterprise Server, below the API's base URL elsewhere. */
export function graphqlUrl(apiUrl: string): string {
  return /\/api\/v3$/.test(apiUrl) ? apiUrl.replace(/\/v3$/, "/graphql") : `${apiUrl}/graphql`;
}
