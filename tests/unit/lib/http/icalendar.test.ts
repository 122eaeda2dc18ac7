import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { about } from '../../../../lib/about.ts';
import type { Appointment } from '../../../../lib/domain/get-calendar.ts';
import { escaped, folded, toCalendarFile } from '../../../../lib/http/icalendar.ts';

const appointment: Appointment = {
  id: 'd'.repeat(24),
  startDate: Date.UTC(2026, 4, 4, 9),
  endDate: Date.UTC(2026, 4, 4, 9, 30, 15, 999),
  cancelled: false,
  sequence: 3,
  createdAt: Date.UTC(2026, 4, 1, 8, 0, 0, 123),
  changedAt: Date.UTC(2026, 4, 2, 7, 59, 59, 999),
  language: 'en',
};

const fileOf = (parts: Partial<Appointment> = {}): string =>
  Buffer.from(toCalendarFile({ ...appointment, ...parts })).toString('utf8');
const linesOf = (parts: Partial<Appointment> = {}): string[] => fileOf(parts).split('\r\n');

describe('the file', () => {
  it('is one event, every line of it ended by CR and LF, its times in UTC to the second', () => {
    expect(fileOf()).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        `PRODID:-//${about.name}//${about.version}//EN`,
        'CALSCALE:GREGORIAN',
        'BEGIN:VEVENT',
        `UID:teleconsultation-${'d'.repeat(24)}`,
        'DTSTAMP:20260502T075959Z',
        'CREATED:20260501T080000Z',
        'LAST-MODIFIED:20260502T075959Z',
        'SEQUENCE:3',
        'DTSTART:20260504T090000Z',
        'DTEND:20260504T093015Z',
        'SUMMARY;LANGUAGE=en:Video consultation',
        'STATUS:CONFIRMED',
        'TRANSP:OPAQUE',
        'CLASS:PRIVATE',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    );
  });

  it('of a cancelled one says so, and takes up nobody’s time', () => {
    const lines = linesOf({ cancelled: true, sequence: 4 });
    expect(lines).toEqual(expect.arrayContaining(['STATUS:CANCELLED', 'TRANSP:TRANSPARENT', 'SEQUENCE:4']));
    expect(lines).toContain(`UID:teleconsultation-${'d'.repeat(24)}`);
  });

  it('speaks Italian', () => {
    expect(linesOf({ language: 'it' })).toContain('SUMMARY;LANGUAGE=it:Televisita');
  });

  it.each<[string, number | null]>([
    ['an end that nobody knows', null],
    ['an end before the start', appointment.startDate - 1000],
    ['an end within the second of the start', appointment.startDate + 999],
  ])('has no end for %s', (_, endDate) => {
    expect(linesOf({ endDate }).filter(line => line.startsWith('DTEND'))).toEqual([]);
  });

  it('has lines of 75 octets at most, whatever the id', () => {
    const lines = linesOf({ id: '0'.repeat(200) });
    expect(lines.map(line => Buffer.byteLength(line)).filter(length => length > 75)).toEqual([]);
    expect(fileOf({ id: '0'.repeat(200) }).replaceAll('\r\n ', '')).toContain(
      `UID:teleconsultation-${'0'.repeat(200)}`,
    );
  });
});

describe('a long line', () => {
  it('goes on behind a space, which counts', () => {
    expect(folded('x'.repeat(75))).toBe('x'.repeat(75));
    expect(folded('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x`);
    expect(folded('x'.repeat(150))).toBe(`${'x'.repeat(75)}\r\n ${'x'.repeat(74)}\r\n x`);
  });

  it('is never cut within a character, and unfolds to what it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 40, maxLength: 300 }), text => {
        const line = `SUMMARY:${text.replaceAll(/[\r\n]/g, '')}`;
        const lines = Buffer.from(folded(line)).toString('utf8').split('\r\n');
        expect(lines.join('\r\n').replaceAll('\r\n ', '')).toBe(line);
        for (const one of lines) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(75);
      }),
    );
  });
});

describe('a text', () => {
  it('has its commas, semicolons, backslashes and line breaks escaped, and nothing else', () => {
    expect(escaped('a, b; c\\d\r\ne\nf\rg: "h"')).toBe('a\\, b\\; c\\\\d\\ne\\nf\\ng: "h"');
  });
});
