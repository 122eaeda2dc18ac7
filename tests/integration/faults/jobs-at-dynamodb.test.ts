import { storeCases } from '../../support/fault-cases.ts';
import { playFamily } from '../../support/fault-family.ts';
import { allDay, STORE_KINDS } from '../../support/fault-kinds.ts';
import { documentedForJobsAtStore } from '../../support/job-fault-rules.ts';
import { JOBS } from '../../support/job-situations.ts';

/** Every call to DynamoDB of every function without a caller, broken in every way. */

const KINDS = allDay(STORE_KINDS);

playFamily({
  heading: '### When DynamoDB breaks under a job',
  subjects: JOBS,
  kinds: KINDS,
  casesOf: recordings => storeCases(recordings, KINDS),
  everyTime: [],
  share: 24,
  documented: documentedForJobsAtStore,
});
