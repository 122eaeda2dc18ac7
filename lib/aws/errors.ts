/** A call that AWS has answered, and refused. Of its answer only the type and the status are kept: texts may hold what was sent. */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number;
  constructor(type: string, status: number) {
    super(`AWS answered ${status} ${type}`);
    this.name = type;
    this.status = status;
  }
}

/** An answer that is not what was sent, or not what the call answers. As good as lost. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError';
}
