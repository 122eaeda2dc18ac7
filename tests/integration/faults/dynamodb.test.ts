import { storeCases } from '../../support/fault-cases.ts';
import { playFamily } from '../../support/fault-family.ts';
import { STORE_KINDS } from '../../support/fault-kinds.ts';
import { documentedForStore } from '../../support/fault-rules.ts';
import { SITUATIONS } from '../../support/fault-situations.ts';

/** Every call to DynamoDB of every route, broken in every way. */

playFamily({
  heading: '### When DynamoDB breaks',
  subjects: SITUATIONS,
  kinds: STORE_KINDS,
  casesOf: recordings => storeCases(recordings, STORE_KINDS),
  everyTime: [
    'POST /teleconsultation, UpdateItem record, 2, drip',
    'PATCH /teleconsultation/{id}, UpdateItem record, drip',
    'GET /teleconsultation/{id}, Query record, drip',
  ],
  documented: documentedForStore,
});
