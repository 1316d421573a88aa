/** Who this app is at Graph: the settings say it, and tokens are got by it. */
export type GraphCredential =
  /** `tenantId`: its own, where that is known. */
  | { readonly kind: "managedIdentity"; readonly clientId?: string; readonly tenantId?: string }
  | { readonly kind: "clientSecret"; readonly clientId: string; readonly clientSecret: string }
  /** A multi-tenant app that trusts a managed identity: no secret, and every tenant that consents. */
  | { readonly kind: "federated"; readonly clientId: string; readonly identityClientId: string }
  /** No token: for the simulator on loopback. */
  | { readonly kind: "none" };
