// Which labs the live tests and the fault tests run on.
import {suiteNamed, type Suite} from '../lab/ports.ts'

/** Those that stand still: what they answer today, they answer tomorrow. */
const still: readonly Suite[] = ['trixie', 'bookworm']

/** Their names in a variable, which `tools/test.ts --suite` sets for the processes of the tests. */
export const suitesVariable = 'TEST_SUITES'

/** The first is the one of all tests that need but one. */
export const suites: readonly Suite[] = process.env[suitesVariable]?.split(' ').map(suiteNamed) ?? still
