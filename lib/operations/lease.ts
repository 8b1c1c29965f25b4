/** How long a runner's lease holds, and how often it is renewed: several times before it could run out. */
export const LEASE_MS = 60_000;
export const RENEW_MS = 10_000;
