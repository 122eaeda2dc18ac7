/** What the page says, in two languages. Functions where something is put in. */
import { italian } from './words-it.ts';

export type UiLanguage = 'en' | 'it';

export const english = {
  title: 'Teleconsultation',
  subtitle: 'The embedded stack on this machine. Everybody here is invented.',
  skip: 'Skip to the consultation',
  language: 'Language',
  documentation: 'API documentation',

  book: 'Book a consultation',
  bookHint: 'Choose two people; the service makes their room at the Kaleyra simulator.',
  doctor: 'Doctor',
  patient: 'Patient',
  patientLater: 'Not known yet',
  starts: 'Starts',
  startsIn: (minutes: number): string =>
    minutes === 0 ? 'Now' : minutes === 1 ? 'In one minute' : `In ${minutes} minutes`,
  length: 'Length',
  minutes: (count: number): string => `${count} minutes`,
  bookIt: 'Book the consultation',
  steps: [
    ['Book', 'Now, or a little later to see the waiting room.'],
    ['Meet', 'Enter the call as the doctor in one pane and as the patient in the other.'],
    ['Clean up', 'Share files, end the call, and watch the files go.'],
  ] as readonly (readonly [title: string, text: string])[],
  booked: 'The consultation is booked.',

  consultation: 'The consultation',
  when: (from: string, to: string): string => `From ${from} to ${to}`,
  startNow: 'Start it now',
  later: 'Ten minutes later',
  add: 'Add to it',
  addWhom: 'One more person',
  cancel: 'Cancel it',
  another: 'Book another',
  moved: 'The consultation is moved.',
  added: (name: string): string => `${name} is added.`,
  cancelled: 'The consultation is cancelled.',
  refused: (sentence: string): string => `The service refuses: “${sentence}”.`,
  cannot: (sentence: string): string => `The service cannot do it now: ${sentence}`,
  isLocked: 'It is open, so nothing about it can be changed any more; it can still be cancelled.',
  unreachable: 'The service does not answer. Is the stack still running?',

  pane: (name: string): string => `As ${name}`,
  seenAs: 'Seen as',
  callLanguage: 'Call language',
  background: 'With background',
  group: (group: string): string => ({ doctor: 'Doctor', patient: 'Patient' })[group] ?? group,
  notInIt: 'takes no part',

  chipWaiting: 'Waiting',
  chipOpen: 'Open',
  chipLive: 'In call',
  chipOver: 'Call over',
  chipEnded: 'Ended',
  chipCancelled: 'Cancelled',
  chipRefused: 'Refused',
  chipTrouble: 'No answer',

  waitingRoom: 'Waiting room',
  tooEarly: (opens: string): string => `It is too early. The door opens at ${opens}.`,
  almost: 'The door is about to open.',
  timeLeft: 'Time left',
  waitingForOthers: (known: number, expected: number): string =>
    `Waiting for the others: ${known} of ${expected} participants are known.`,
  opens: 'The door is open.',
  call: (name: string): string => `Call of ${name}`,
  ended: 'The consultation has ended',
  endedWhy: 'Its room is closed and the link is gone.',
  isCancelled: 'The consultation is cancelled',
  isCancelledWhy: 'Its room is deleted and no link works any more.',
  outsider: 'You take no part in this consultation',
  outsiderWhy: (status: number): string => `The service answers ${status} and shows no link.`,
  trouble: 'The service does not answer as it should',
  troubleWhy: 'Trying again every few seconds.',
  elsewhere: 'Open the call in a new tab',

  files: 'Files shared in the call',
  noFiles: 'None yet. Enter the call and share one.',
  file: (index: number): string => `File ${index}`,
  sharedBy: (name: string, time: string): string => `${name}, ${time}`,
  somebody: 'somebody',
  fileThere: 'at Kaleyra',
  fileGone: 'deleted',
  clean: 'Run the cleanup now',
  cleanHint:
    'It runs every 15 minutes by itself and takes what a call left an hour after it; here it waits for nothing.',
  cleaned: (deleted: number, left: number): string =>
    deleted === 0 && left === 0
      ? 'Nothing to delete: files go when their call is over.'
      : `${deleted} deleted, ${left} left.`,
  cleanedNothing: 'Nothing is deleted: deleting is switched off.',
  filesStay: 'Files stay: deleting is switched off. To see them go, start the stack with',

  happenings: 'What happens',
  nothingYet: 'Nothing yet.',
  roomMade: 'A room is made',
  roomReplaced: 'A room is made in the place of the one before',
  roomDisabled: 'The room is closed',
  roomDeleted: 'The room is deleted',
  fileShared: (who: string): string => `A file is shared by ${who}`,
  fileDeleted: (who: string): string => `A file of ${who} is deleted`,
  webhook: (what: string): string => `Kaleyra tells the service: ${what}`,
  unanswered: 'no answer',
  events: {
    on_session_started: () => 'the call began',
    on_session_ended: () => 'the call ended',
    on_user_connected: who => `${who} entered the call`,
    on_user_disconnected: who => `${who} left the call`,
    on_room_created: () => 'a room was made',
    on_room_disabled: () => 'the room was closed',
    on_room_deleted: () => 'the room was deleted',
    on_recording_available: () => 'a recording is there',
    on_transcription_available: () => 'a transcription is there',
  } as Readonly<Record<string, (who: string) => string>>,

  vendorElsewhere: (vendor: string): string =>
    `Rooms are made at ${vendor}, not in the simulator: files and events cannot be followed here.`,
  directoryElsewhere: (directory: string): string =>
    `People come from the directory ${directory}, which knows nobody of those below: bookings will be refused.`,
  withTokens: 'Tokens say who calls: the stack signs one for each person played here.',
};

export type Words = typeof english;

export const WORDS: Readonly<Record<UiLanguage, Words>> = { en: english, it: italian };
