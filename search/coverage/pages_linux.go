package coverage

import (
	"syscall"
	"unsafe"
)

// largePage is how many bytes the larger of the pages takes that memory can be divided into.
const largePage = 2 << 20

// collapse is MADV_COLLAPSE of Linux 6.1: put what lies in small pages into large ones, now.
const collapse = 25

// enlarge asks that what a slice holds lie in large pages, so that the processor need not look up where a page is for every
// four kilobytes that a query reads. Nothing is lost where the system has none to give, or does not know what it is asked.
func enlarge[T any](s []T) {
	var one T
	memory := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), uintptr(len(s))*unsafe.Sizeof(one)) //nolint:gosec // its own bytes
	begin := int(-uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % largePage)                             //nolint:gosec // below largePage
	if whole := (len(memory) - begin) / largePage * largePage; whole > 0 {
		_ = syscall.Madvise(memory[begin:begin+whole], collapse)
	}
}
