import { vendorCases } from '../../support/fault-cases.ts';
import { playFamily } from '../../support/fault-family.ts';
import { allDay, VENDOR_KINDS } from '../../support/fault-kinds.ts';
import { documentedForJobsAtKaleyra } from '../../support/job-fault-rules.ts';
import { JOBS } from '../../support/job-situations.ts';

/** Every call to Kaleyra of every function without a caller, broken in every way. */

const KINDS = allDay(VENDOR_KINDS);

playFamily({
  heading: '### When Kaleyra breaks under a job',
  subjects: JOBS,
  kinds: KINDS,
  casesOf: recordings => vendorCases(recordings, KINDS),
  everyTime: [],
  share: 48,
  documented: documentedForJobsAtKaleyra,
});
