import { BackgroundForm } from '../../../lib/schemas/backgrounds.ts';
import { Backgrounds, Company, UploadedBackground, UploadForm } from '../../../lib/schemas/responses.ts';
import { UpdateSettingsRequest } from '../../../lib/schemas/settings.ts';
import { BACKGROUND, BACKGROUNDS, COMPANY, SETTINGS, UPLOAD_FORM } from '../examples.ts';
import * as refused from '../refusals.ts';
import type { Operation } from '../types.ts';

const ADMINISTRATORS = {
  ...refused.UNIDENTIFIED,
  ...refused.notAllowed('only an administrator may see or change the settings of the company'),
};

export const SETTINGS_OPERATIONS: readonly Operation[] = [
  {
    route: 'POST /settings/background-image',
    id: 'uploadBackgroundImage',
    tag: 'Settings',
    summary: 'Upload a background for the whole company',
    description:
      'A JPEG of at least 1280x1280 pixels and at most 4 MB, as a form. It becomes the default by `PATCH /settings/update`.',
    proof: 'people',
    body: {
      schema: BackgroundForm,
      description: 'One file part `virtual_background`.',
      contentType: 'multipart/form-data',
      examples: {},
    },
    success: { 200: { description: 'Uploaded.', schema: UploadedBackground, examples: BACKGROUND } },
    refused: {
      ...ADMINISTRATORS,
      ...refused.badInput('body.virtual_background', 'is required'),
      409: { description: 'The company has as many backgrounds as Kaleyra allows.' },
      413: { description: 'The image is too large for a request.', alsoOfGateway: true },
      415: { description: 'Not a form.' },
      ...refused.OTHERS_FAILED,
    },
  },
  {
    route: 'GET /settings/background-image',
    id: 'listBackgroundImages',
    tag: 'Settings',
    summary: 'The company’s backgrounds',
    description:
      'An addition to what the retired service had: where the alias of an image is found that went through the bucket.',
    proof: 'people',
    success: { 200: { description: 'All of them.', schema: Backgrounds, examples: BACKGROUNDS } },
    refused: { ...ADMINISTRATORS, ...refused.OTHERS_FAILED },
  },
  {
    route: 'POST /settings/background-image/uploads',
    id: 'requestBackgroundUpload',
    tag: 'Settings',
    summary: 'A way for a larger background',
    description:
      'An addition to what the retired service had: a form for S3 that takes a JPEG of up to 16 MB for ten minutes.',
    proof: 'people',
    success: { 201: { description: 'The form.', schema: UploadForm, examples: UPLOAD_FORM } },
    refused: { ...ADMINISTRATORS, ...refused.NO_BUCKET },
  },
  {
    route: 'PATCH /settings/update',
    id: 'updateSettings',
    tag: 'Settings',
    summary: 'Make a background the default',
    description: 'For the whole company.',
    proof: 'people',
    body: { schema: UpdateSettingsRequest, description: 'The alias of an uploaded image.', examples: SETTINGS },
    success: { 200: { description: 'The company as it is now.', schema: Company, examples: COMPANY } },
    refused: {
      ...ADMINISTRATORS,
      ...refused.badInput('body.background_alias', 'is required'),
      ...refused.NOT_JSON,
      ...refused.OTHERS_FAILED,
    },
  },
];
