import { isKaleyraError } from '../../errors.ts';
import { createKaleyraInspector } from '../registration.ts';
import { type Finding, unseen, well, wrong } from './finding.ts';

/** The Kaleyra key and its region, and what Kaleyra has been told of us: three reads, nothing else. */

interface Kaleyra {
  baseUrl: string;
  apiKey: string;
}

/** What a failure means to whoever has to put it right. */
const wordsOf = (error: unknown, { baseUrl }: Kaleyra): string => {
  if (!isKaleyraError(error)) throw error;
  const { code, vendorStatus } = error;
  if (vendorStatus === 401 || vendorStatus === 403) {
    return `${baseUrl} refuses the key (${vendorStatus}): it is of another region or environment, or not valid any more`;
  }
  if (vendorStatus === 404)
    return `${baseUrl} knows no /v2/company: BANDYER_BASE_URL is not the address of Kaleyra's API`;
  if (code === 'kaleyra_throttled') return `${baseUrl} asks to slow down: try again in a minute`;
  if (code === 'kaleyra_unreadable') return `${baseUrl} answers, but not as Kaleyra's API does`;
  return `${baseUrl} cannot be reached or does not work (${vendorStatus ?? code})`;
};

/**
 * @param publicBaseUrl where Kaleyra reaches this service; undefined: nobody said
 * @param stage whose Kaleyra it is; undefined: this machine's
 */
export const checkKaleyra = async (
  kaleyra: Kaleyra,
  publicBaseUrl: string | undefined,
  stage: string | undefined,
): Promise<Finding[]> => {
  const remedy = `npm run kaleyra:register${stage === undefined ? '' : ` -- --stage ${stage}`}`;
  const inspector = createKaleyraInspector(kaleyra);
  try {
    await inspector.ping();
  } catch (error) {
    return [wrong('Kaleyra', wordsOf(error, kaleyra)), unseen('registered', 'without a key, nobody can ask')];
  }
  const reached = well('Kaleyra', `${kaleyra.baseUrl} takes the key`);
  if (publicBaseUrl === undefined) {
    return [reached, unseen('registered', 'PUBLIC_BASE_URL does not say where Kaleyra reaches this service')];
  }
  try {
    const missing = await inspector.unregistered(publicBaseUrl);
    if (missing.length === 0) return [reached, well('registered', `events and names at ${publicBaseUrl}`)];
    return [reached, ...missing.map(one => wrong('registered', `${one}: run \`${remedy}\``))];
  } catch (error) {
    return [reached, wrong('registered', wordsOf(error, kaleyra))];
  }
};
