/** A copy as JSON has it: what is kept, or handed to others, is nobody else's to change. */
export const plain = <T>(value: T): T => value && JSON.parse(JSON.stringify(value));
