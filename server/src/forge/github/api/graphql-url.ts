/** Returns the URL of the GraphQL endpoint, which is next to `/api/v3` on an Enterprise Server, and otherwise below the API's base URL. */
export function graphqlUrl(apiUrl: string): string {
  return /\/api\/v3$/.test(apiUrl) ? apiUrl.replace(/\/v3$/, "/graphql") : `${apiUrl}/graphql`;
}
