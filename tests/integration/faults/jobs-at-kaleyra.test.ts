import { vendorCases } from '../../support/fault-cases.ts';
import { playFamily } from '../../support/fault-family.ts';
import { VENDOR_KINDS } from '../../support/fault-kinds.ts';
import { documentedForJobsAtKaleyra } from '../../support/job-fault-rules.ts';
import { JOBS } from '../../support/job-situations.ts';

/** Every call to Kaleyra of every function without a caller, broken in every way. */

playFamily({
  heading: '### When Kaleyra breaks under a job',
  subjects: JOBS,
  kinds: VENDOR_KINDS,
  casesOf: recordings => vendorCases(recordings, VENDOR_KINDS),
  everyTime: [],
  share: 24,
  documented: documentedForJobsAtKaleyra,
});
