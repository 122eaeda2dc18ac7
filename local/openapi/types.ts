import type * as z from 'zod';
import type { ServiceError } from '../../lib/errors.ts';

/** What is said of a route beside its schemas. */

export interface Example {
  summary: string;
  value: unknown;
}

export interface Success {
  description: string;
  /** None: the answer has no body. */
  schema?: z.core.$ZodType;
  /** Of another body than JSON. */
  contentType?: string;
  examples?: Readonly<Record<string, Example>>;
  headers?: readonly HeaderName[];
}

export type HeaderName =
  | 'Content-Disposition'
  | 'Deprecation'
  | 'Link'
  | 'Location'
  | 'Retry-After'
  | 'WWW-Authenticate';

export interface Refused {
  description: string;
  /** As the service itself answers it. */
  examples?: Readonly<Record<string, ServiceError>>;
  /** API Gateway answers with the same status, in its own form. */
  alsoOfGateway?: true;
  /** Only API Gateway does. */
  onlyOfGateway?: true;
  headers?: readonly HeaderName[];
}

export interface RequestBody {
  schema: z.core.$ZodType;
  description: string;
  /** Only where the endpoint takes an empty one as well. */
  optional?: true;
  contentType?: string;
  examples: Readonly<Record<string, Example>>;
}

export type Tag = 'Teleconsultations' | 'Files' | 'Devices' | 'Settings' | 'Kaleyra' | 'Service';

/** `people`: a token, or a trusted gateway; `kaleyra`: signed by the vendor; `nobody`: open. */
export type Proof = 'people' | 'kaleyra' | 'nobody';

export interface Operation {
  route: string;
  id: string;
  tag: Tag;
  summary: string;
  description: string;
  proof: Proof;
  deprecated?: true;
  path?: z.core.$ZodObject;
  query?: z.core.$ZodObject;
  headers?: z.core.$ZodObject;
  body?: RequestBody;
  /** On whatever the route answers. */
  headersOfAll?: readonly HeaderName[];
  success: Readonly<Record<number, Success>>;
  refused: Readonly<Record<number, Refused>>;
}
