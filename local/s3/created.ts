/** What S3 tells a function when an object has been made. */
import { randomBytes } from 'node:crypto';

interface Created {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly eTag: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export function createdEvent({ bucket, key, size, eTag, region, at }: Created): unknown {
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(at).toISOString(),
        eventName: 'ObjectCreated:Post',
        userIdentity: { principalId: 'AWS:LOCAL' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(), 'x-amz-id-2': 'local' },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: { name: bucket, ownerIdentity: { principalId: 'LOCAL' }, arn: `arn:aws:s3:::${bucket}` },
          // As in a form: a slash stays, a space is a plus.
          object: {
            key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
            size,
            eTag,
            sequencer: at.toString(16).toUpperCase().padStart(16, '0'),
          },
        },
      },
    ],
  };
}
