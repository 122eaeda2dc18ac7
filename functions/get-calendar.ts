import { getCalendar } from '../lib/domain/get-calendar.ts';
import { file } from '../lib/http/answers.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { toCalendarFile } from '../lib/http/icalendar.ts';
import { CalendarOptions, TeleconsultationPath } from '../lib/schemas/requests.ts';

/** `GET /teleconsultation/{id}/calendar` */
export const handler = endpoint({ path: TeleconsultationPath, query: CalendarOptions }, async (scope, request) => {
  const { path, query, caller } = request;
  const appointment = await getCalendar(scope, path.id, caller.id, query);
  return file(toCalendarFile(appointment), 'text/calendar; charset=utf-8', 'teleconsultation.ics');
});
