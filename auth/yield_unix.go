//go:build unix

package auth

import "syscall"

// politeness is how far the process that hashes stands back: at 10 it has a tenth of a processor that others want, and
// all of one that nobody wants.
const politeness = 10

// yield lets every other process go first.
func yield() { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, politeness) }
