/** A secret as those who use it see it: its value now, and another one if that has been refused. */
export interface Secret<Value> {
  /** @throws ServiceError `secret_unavailable`, `secret_unusable`; the signal's reason, when it ends the wait */
  read(signal?: AbortSignal): Promise<Value>;
  /**
   * The value that has taken the place of one that somebody refused; undefined where there is none, nobody can say, or
   * somebody has looked less than a minute ago.
   * @param refused exactly what `read` gave
   * @throws the signal's reason, when it ends the wait
   */
  renew(refused: Value, signal?: AbortSignal): Promise<Value | undefined>;
}

/** One that nobody can change while the process lives. */
export const fixedSecret = <Value>(value: Value): Secret<Value> => ({
  read: async () => value,
  renew: async () => undefined,
});
