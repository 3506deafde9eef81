/** Where GraphQL answers: beside `/api/v3` on an Enterprise Server, below the API everywhere else. */
export function graphqlUrl(apiUrl: string): string {
  return /\/api\/v3$/.test(apiUrl) ? apiUrl.replace(/\/v3$/, "/graphql") : `${apiUrl}/graphql`;
}
