import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isRecordId } from '../schemas/fields.ts';

/** The retired service's release 2.0 marked the route as deprecated; its day is not known, the first of the month stands. */
const SINCE = Date.UTC(2024, 11, 1) / 1000;

/** What stands before the route: the path of a domain, the public prefix, both or nothing; never anything odd. */
const prefixOf = (rawPath: string): string => {
  const prefix = rawPath.slice(0, Math.max(0, rawPath.indexOf('/teleconsultation/')));
  return /^[A-Za-z0-9._/-]{0,200}$/.test(prefix) ? prefix : '';
};

/** Says on every answer that the route is deprecated, since when, and which one takes its place (as a PATCH). */
export const deprecated = ({
  rawPath,
  pathParameters,
}: Pick<APIGatewayProxyEventV2, 'rawPath' | 'pathParameters'>): Record<string, string> => {
  const id = pathParameters?.id ?? '';
  const link = `<${prefixOf(rawPath)}/teleconsultation/${id}>; rel="successor-version"; title="PATCH with all participants"`;
  return { deprecation: `@${SINCE}`, ...(isRecordId(id) && { link }) };
};
