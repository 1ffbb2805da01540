package coverage

import "slices"

// ranked is a place in an answer that can be compared with another one: negative if it comes before.
type ranked[R any] interface{ Compare(R) int }

// top keeps the first few of what it is shown: a heap with the last of them on top.
type top[R ranked[R]] struct {
	limit int
	after *R // only what comes after
	heap  []found[R]
}

// found is a rank and where it was found.
type found[R ranked[R]] struct {
	rank    R
	segment int
	ordinal int
}

// offer shows a rank.
func (t *top[R]) offer(r R, segment, ordinal int) {
	if t.limit <= 0 || t.after != nil && r.Compare(*t.after) <= 0 {
		return
	}
	if len(t.heap) < t.limit {
		t.heap = append(t.heap, found[R]{r, segment, ordinal})
		t.up(len(t.heap) - 1)
		return
	}
	if r.Compare(t.heap[0].rank) < 0 {
		t.heap[0] = found[R]{r, segment, ordinal}
		t.down(0)
	}
}

// last returns the last of the first few, once there are enough of them.
func (t *top[R]) last() (found[R], bool) {
	if t.limit <= 0 || len(t.heap) < t.limit {
		return found[R]{}, false
	}
	return t.heap[0], true
}

func (t *top[R]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if t.heap[i].rank.Compare(t.heap[parent].rank) <= 0 {
			return
		}
		t.heap[i], t.heap[parent] = t.heap[parent], t.heap[i]
		i = parent
	}
}

func (t *top[R]) down(i int) {
	for {
		last := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(t.heap) && t.heap[child].rank.Compare(t.heap[last].rank) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		t.heap[i], t.heap[last] = t.heap[last], t.heap[i]
		i = last
	}
}

// ranks returns what was kept, in order.
func (t *top[R]) ranks() []R {
	slices.SortFunc(t.heap, func(a, b found[R]) int { return a.rank.Compare(b.rank) })
	ranks := make([]R, len(t.heap))
	for i, e := range t.heap {
		ranks[i] = e.rank
	}
	return ranks
}

// least keeps the largest few of what it is shown, sorted.
type least[T any] struct {
	limit   int
	compare func(a, b T) int
	list    []T
}

// offer shows one.
func (l *least[T]) offer(x T) {
	at, _ := slices.BinarySearchFunc(l.list, x, l.compare)
	if len(l.list) < l.limit {
		l.list = slices.Insert(l.list, at, x)
	} else if at > 0 {
		copy(l.list, l.list[1:at])
		l.list[at-1] = x
	}
}

// last returns the least of the largest few, once there are so many.
func (l *least[T]) last() (x T, ok bool) {
	if l.limit <= 0 || len(l.list) < l.limit {
		return x, false
	}
	return l.list[0], true
}
