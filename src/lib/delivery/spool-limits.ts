/** What a spool may hold; beyond it the oldest samples are dropped, and that is said. */
export interface SpoolLimits {
  maxAgeSeconds: number
  maxBytes: number
}

/** A month, and some eight million samples. */
export const defaultLimits: SpoolLimits = {maxAgeSeconds: 30 * 86_400, maxBytes: 1024 ** 3}
