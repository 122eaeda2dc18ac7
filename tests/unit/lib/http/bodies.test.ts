import { describe, expect, it } from 'vitest';
import { about } from '../../../../lib/about.ts';
import { toBookedBody, toCredentialsBody, toOpenedBody, toStatusBody } from '../../../../lib/http/bodies.ts';
import { drRossi } from '../../../support/people.ts';
import { asParticipant, DETAILS, linkOf, withRoom } from '../../../support/teleconsultations.ts';

const doctor = asParticipant(drRossi);
const unheard = { progress: 'scheduled' as const, activity: undefined };
const additions = { teleconsultationState: 'scheduled', sessions: [] };

it('a booking answers with the id alone, under the name the callers know', () => {
  expect(toBookedBody('f'.repeat(24))).toEqual({ roomId: 'f'.repeat(24) });
});

describe('an opened teleconsultation', () => {
  const record = withRoom();
  const people = [
    { bandyerUserId: 'usr_dr-rossi', fullName: 'Dr Ada Rossi-Example' },
    { bandyerUserId: 'usr_mr-bianchi', fullName: 'Mr Ugo Bianchi-Example' },
  ];

  it("holds the caller's own link, everybody's name, and what Kaleyra says of the room", () => {
    expect(
      toOpenedBody({ record, participant: doctor, link: linkOf('usr_dr-rossi'), details: DETAILS, ...unheard }),
    ).toEqual({
      bandyerUserId: 'usr_dr-rossi',
      accessLinkURL: linkOf('usr_dr-rossi'),
      participantsBandyerCall: people,
      details: DETAILS,
      ...additions,
    });
  });

  it('has an explicit null for a link that may not be known, and no details without a room', () => {
    const body = toOpenedBody({ record, participant: doctor, link: null, details: undefined, ...unheard });
    expect(body).toEqual({
      bandyerUserId: 'usr_dr-rossi',
      accessLinkURL: null,
      participantsBandyerCall: people,
      ...additions,
    });
    expect(Object.keys(body)).not.toContain('details');
  });

  it('tells of the calls when they were and how long, and nothing of who was in them', () => {
    const session = {
      id: 'session_1',
      startedAt: Date.UTC(2026, 4, 4, 9),
      durationInSeconds: 300,
      kaleyraIds: ['usr_dr-rossi'],
      overSince: Date.UTC(2026, 4, 4, 10),
    };
    const running = { ...session, id: 'session_2', startedAt: null, durationInSeconds: null, overSince: null };
    const activity = { roomId: 'room-1', lookedAt: 0, details: DETAILS, sessions: [session, running] };
    const body = toOpenedBody({
      record,
      participant: doctor,
      link: null,
      details: DETAILS,
      progress: 'live',
      activity,
    });
    expect([body.teleconsultationState, body.sessions]).toEqual([
      'live',
      [
        { sessionId: 'session_1', startedAt: '2026-05-04T09:00:00.000Z', durationInSeconds: 300 },
        { sessionId: 'session_2', startedAt: null, durationInSeconds: null },
      ],
    ]);
  });

  it('lets nothing out that is not named: no link of others, no external id, no group', () => {
    const details = { ...DETAILS, links: [linkOf('usr_mr-bianchi')], participants: ['x'], access_link: 'y' };
    const participants = record.participants.map(one => ({ ...one, email: 'z@clinic.example' }));
    const opened = {
      record: { ...record, participants },
      participant: doctor,
      link: linkOf('usr_dr-rossi'),
      details,
      ...unheard,
    };
    const body = toOpenedBody(opened);
    expect(body).toEqual({
      bandyerUserId: 'usr_dr-rossi',
      accessLinkURL: linkOf('usr_dr-rossi'),
      participantsBandyerCall: people,
      details: DETAILS,
      ...additions,
    });
    expect(JSON.stringify(body)).not.toContain(linkOf('usr_mr-bianchi'));
  });
});

it('an access token comes with its end as a date', () => {
  const credentials = { accessToken: 'token', expiresAt: Date.UTC(2026, 4, 4, 10), kaleyraId: 'usr_1' };
  expect(toCredentialsBody(credentials)).toEqual({
    accessToken: 'token',
    expiresAt: '2026-05-04T10:00:00.000Z',
    bandyerUserId: 'usr_1',
  });
});

describe('the status', () => {
  it('is OK when nothing fails', () => {
    expect(toStatusBody([])).toEqual({ status: 'OK', name: about.name, version: about.version });
  });

  it('is KO with the names of what fails', () => {
    expect(toStatusBody(['store', 'kaleyra'])).toEqual({
      status: 'KO',
      name: about.name,
      version: about.version,
      message: 'not available: store, kaleyra',
    });
  });
});
