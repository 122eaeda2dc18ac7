import type { Kaleyra } from '../domain/ports.ts';
import { BackgroundList, ChangedCompany, UploadedBackground } from './company-answers.ts';
import type { Transport } from './transport.ts';

/** Up to 16 MB go out in one call; less than the time that all calls of a request have together. */
const UPLOAD_TIMEOUT_MS = 18_000;

/** The picture is there already, so this call only describes it: not worth a long wait. */
const LISTING_TIMEOUT_MS = 3000;

type CompanyClient = Pick<Kaleyra, 'uploadBackground' | 'listBackgrounds' | 'setDefaultBackground'>;

export const createCompanyClient = (send: Transport): CompanyClient => ({
  uploadBackground: async jpeg => {
    const form = new FormData();
    // The name is ours: what the caller's file was called is nobody's business.
    form.set('virtual_background', new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }), 'background.jpg');
    const path = ['company', 'virtual-background'];
    // Not repeatable: a second attempt would use up one more of the few that a company may have.
    const call = { method: 'POST', path, form, repeatable: false, timeoutMs: UPLOAD_TIMEOUT_MS } as const;
    return send({ ...call, answer: UploadedBackground });
  },

  listBackgrounds: async () => {
    const path = ['company', 'virtual-backgrounds'];
    const call = { method: 'GET', path, repeatable: true, timeoutMs: LISTING_TIMEOUT_MS } as const;
    return send({ ...call, answer: BackgroundList });
  },

  setDefaultBackground: async alias => {
    const json = { background_alias: alias };
    return send({ method: 'PUT', path: ['company'], json, answer: ChangedCompany, repeatable: true });
  },
});
