//go:build unix

package auth

import "syscall"

// politeness is how far the process that hashes stands back: at 19 it has a seventieth of a processor that others want, and
// all of one that nobody wants.
const politeness = 19

// yield lets every other process go first.
func yield() { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, politeness) }
