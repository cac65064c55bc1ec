/**
 * Text of a host or server made safe for a terminal: control characters, which could move the cursor or hide what
 * follows, become visible escapes.
 */
export const clean = (text: string): string =>
  text.replace(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (character) =>
    character === '\n' ? '\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
