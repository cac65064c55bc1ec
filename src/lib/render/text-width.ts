const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u

export const charWidth = (character: string): number => (wide.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1)

/** In columns of a terminal. */
export const textWidth = (text: string): number =>
  /^[\u0020-\u007E\u2500-\u28FF]*$/.test(text)
    ? text.length
    : Array.from(text).reduce((sum, char) => sum + charWidth(char), 0)
