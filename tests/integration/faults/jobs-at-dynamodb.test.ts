import { storeCases } from '../../support/fault-cases.ts';
import { playFamily } from '../../support/fault-family.ts';
import { STORE_KINDS } from '../../support/fault-kinds.ts';
import { documentedForJobsAtStore } from '../../support/job-fault-rules.ts';
import { JOBS } from '../../support/job-situations.ts';

/** Every call to DynamoDB of every function without a caller, broken in every way. */

playFamily({
  heading: '### When DynamoDB breaks under a job',
  subjects: JOBS,
  kinds: STORE_KINDS,
  casesOf: recordings => storeCases(recordings, STORE_KINDS),
  everyTime: [],
  share: 24,
  documented: documentedForJobsAtStore,
});
