/**
 * A function takes its configuration while its module loads; a test's world then binds it to its own. This is enough to load it
 * with: nothing of it is ever used.
 */
export const TO_LOAD = {
  BANDYER_API_SECRET_KEY: 'ak_test_000000000000000000000000',
  BANDYER_BASE_URL: 'http://127.0.0.1:9',
  TELECONSULTATIONS_TABLE: 'not-a-table',
  GATEWAY_SECRETS: 'only-there-so-that-the-functions-load',
  HASH_KEY: 'only-there-so-that-they-load',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
};
