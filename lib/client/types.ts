import type * as z from 'zod';
import type * as requests from '../schemas/requests.ts';
import type * as responses from '../schemas/responses.ts';
import type { UpdateSettingsRequest } from '../schemas/settings.ts';

/** What is sent and what comes back, read off the schemas that the service itself validates with. Types alone: no code comes along. */

export type Booking = z.input<typeof requests.CreateRequest>;
export type Change = z.input<typeof requests.UpdateRequest>;
export type Participant = z.input<typeof requests.RequestedParticipant>;
export type LinkOptions = z.input<typeof requests.LinkOptions>;
export type CalendarOptions = z.input<typeof requests.CalendarOptions>;
export type CredentialsRequest = z.input<typeof requests.CredentialsRequest>;
export type Settings = z.input<typeof UpdateSettingsRequest>;

export type Booked = z.output<typeof responses.Booked>;
export type Teleconsultation = z.output<typeof responses.Opened>;
export type ParticipantStatus = z.output<typeof responses.ParticipantStatus>;
export type DeletedUploads = z.output<typeof responses.DeletedUploads>;
export type Credentials = z.output<typeof responses.Credentials>;
export type UploadedBackground = z.output<typeof responses.UploadedBackground>;
export type Backgrounds = z.output<typeof responses.Backgrounds>;
export type UploadForm = z.output<typeof responses.UploadForm>;
export type Company = z.output<typeof responses.Company>;
export type Names = z.output<typeof responses.Names>;
export type ServiceStatus = z.output<typeof responses.ServiceStatus>;
export type Refusal = z.output<typeof responses.Refusal>;

/** A file that the service itself hands out, or the short-lived address where it lies. Whoever has the address has the file. */
export type Transcription = { form: 'file'; file: Blob } | { form: 'address'; address: string };

export interface Recording {
  /** Short-lived; whoever has it has the file. */
  address: string;
}
