import { about } from '../about.ts';
import type { Appointment } from '../domain/get-calendar.ts';

/**
 * An appointment as an iCalendar file (RFC 5545), for the calendar of whoever asked. No METHOD, since nobody is invited by it
 * (RFC 5546 would want an organiser), and nothing that other people who see the calendar should not: no names, no link.
 */

/** Octets of a line, its break not counted. */
const LONGEST_LINE = 75;

/** A value of type TEXT. */
export const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, '\\n');

/** A longer line goes on in the next one, behind a space; never in the middle of a character. */
export const folded = (line: string): string => {
  const lines: string[] = [];
  let current = '';
  for (const character of line) {
    if (Buffer.byteLength(current + character) > LONGEST_LINE) {
      lines.push(current);
      current = ' ';
    }
    current += character;
  }
  return [...lines, current].join('\r\n');
};

/** In UTC, to the second: 20260504T090000Z. */
const stamp = (instant: number): string => new Date(instant).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

const inSeconds = (instant: number): number => Math.floor(instant / 1000);

/** An end that is not after the start, as calendars tell them apart, is none. */
const endIn = ({ startDate, endDate }: Appointment): string[] =>
  endDate !== null && inSeconds(endDate) > inSeconds(startDate) ? [`DTEND:${stamp(endDate)}`] : [];

const SUMMARIES = { it: 'Televisita', en: 'Video consultation' } as const;

const linesOf = (appointment: Appointment): string[] => {
  const { id, startDate, cancelled, sequence, createdAt, changedAt, language } = appointment;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//${escaped(about.name)}//${escaped(about.version)}//EN`,
    'CALSCALE:GREGORIAN',
    'BEGIN:VEVENT',
    `UID:${escaped(`teleconsultation-${id}`)}`,
    `DTSTAMP:${stamp(changedAt)}`,
    `CREATED:${stamp(createdAt)}`,
    `LAST-MODIFIED:${stamp(changedAt)}`,
    `SEQUENCE:${sequence}`,
    `DTSTART:${stamp(startDate)}`,
    ...endIn(appointment),
    `SUMMARY;LANGUAGE=${language}:${escaped(SUMMARIES[language])}`,
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    `TRANSP:${cancelled ? 'TRANSPARENT' : 'OPAQUE'}`,
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
};

export const toCalendarFile = (appointment: Appointment): Uint8Array =>
  Buffer.from(
    linesOf(appointment)
      .map(line => `${folded(line)}\r\n`)
      .join(''),
  );
