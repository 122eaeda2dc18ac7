/** What lies in the table, as the service stores it: so both read the same items. */
export interface Participant {
  externalId: string;
  kaleyraId: string;
  groups: string[];
  fullName: string | null;
  language: 'it' | 'en' | null;
}

export interface Details {
  recording: string;
  recordingStatus: string;
  callType: string;
  description: string | null;
  status: string;
  disabled: boolean;
  creationDate: string | null;
  durationInSeconds: number;
  durationUsedInSeconds: number;
  live: boolean;
}

export interface RecordItem {
  id: string;
  state: 'CREATING' | 'PUBLIC' | 'TRASH';
  startDate: string;
  endDate: string | null;
  expected: number;
  participants: Participant[];
  room: { id: string; specHash: string; links: { kaleyraId: string; url: string }[]; details: Details } | null;
  claim: { operation: string; until: string } | null;
  owed: unknown[];
  upkeep: { closedAt: string | null } | null;
  formerRooms: string[];
  formerPeople: string[];
  booking: null;
  creatorId: string;
  createdAt: string;
  updaterId: string;
  updatedAt: string;
  revision: number;
  version: number;
  op: string;
}

export interface Activity {
  roomId: string;
  details: Details | null;
  sessions: { id: string; startedAt: string | null; durationInSeconds: number | null }[];
}

export interface PersonItem {
  kaleyraId: string;
  role?: 'plus' | 'basic';
  confirmedAt?: string;
}

export interface Booking {
  start_date: string;
  end_date?: string | undefined;
  duration_in_seconds?: number | undefined;
  participants: {
    number: number;
    data: {
      userId: string;
      groups: string[];
      fullName: string;
      language?: 'it' | 'en' | undefined;
    }[];
  };
}
