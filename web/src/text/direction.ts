/** For what is typed: by its own letters once there are any. An empty field by itself would begin on the left everywhere. */
export const directionOf = (text: string): 'auto' | undefined => (text === '' ? undefined : 'auto');
