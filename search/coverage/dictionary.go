package coverage

import "sync"

// dictionary gives values small numbers, in the order in which they come. Safe for concurrent use.
type dictionary[T comparable] struct {
	mu      sync.RWMutex
	numbers map[T]uint32
}

func newDictionary[T comparable]() *dictionary[T] {
	return &dictionary[T]{numbers: make(map[T]uint32)}
}

// number returns the number of v, giving it one if it has none yet.
func (d *dictionary[T]) number(v T) uint32 {
	if n, ok := d.find(v); ok {
		return n
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.numbers[v]
	if !ok {
		n = uint32(len(d.numbers)) //nolint:gosec // memory ends before numbers do
		d.numbers[v] = n
	}
	return n
}

// find returns the number of v, if it has one.
func (d *dictionary[T]) find(v T) (uint32, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, ok := d.numbers[v]
	return n, ok
}

func (d *dictionary[T]) len() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.numbers)
}
