/** Returns the URL of the GraphQL endpoint. It is next to `/api/v3` on an Enterprise Server, and below the API's base URL otherwise. */
export function graphqlUrl(apiUrl: string): string {
  return /\/api\/v3$/.test(apiUrl) ? apiUrl.replace(/\/v3$/, "/graphql") : `${apiUrl}/graphql`;
}
