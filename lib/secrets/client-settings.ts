/** A store answers within a tenth of a second; within `stores.ts`'s limit, a call that is lost is made once or twice more. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 800, requestTimeout: 1000, throwOnRequestTimeout: true },
};
