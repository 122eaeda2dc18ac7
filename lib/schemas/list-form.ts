/** How the people of a request were written down; says where in the body each of them is. */
export type ListForm = 'plain ids' | 'numbered list' | 'single';

/** Where the person with this index stands in the body, for a message about them. */
export const pathOfParticipant = (form: ListForm, index: number): string => {
  if (form === 'single') return 'body';
  return form === 'plain ids' ? `body.participants.${index}` : `body.participants.data.${index}`;
};

/** Where the id of that person stands. */
export const pathOfId = (form: ListForm, index: number): string =>
  form === 'plain ids' ? pathOfParticipant(form, index) : `${pathOfParticipant(form, index)}.userId`;
