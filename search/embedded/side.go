package embedded

import (
	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
)

// side is the memory of one side of the market. Documents have ordinals, which are used again when they are free.
type side struct {
	which      domain.Side
	sql        statements
	at         map[uuid.UUID]uint32
	entries    []entry
	free       []uint32
	live       *roaring.Bitmap
	values     map[search.Attribute]map[string]*value
	vocabulary reading.Vocabulary
}

// entry is what memory keeps of a document.
type entry struct {
	id     uuid.UUID
	values []*value
	numbers
}

// value is one value of an attribute, and who has it.
type value struct {
	attribute search.Attribute
	name      string
	has       *roaring.Bitmap
}

func newSide(which domain.Side) *side {
	s := &side{
		which:      which,
		sql:        newStatements(string(which)),
		at:         make(map[uuid.UUID]uint32),
		live:       roaring.New(),
		values:     make(map[search.Attribute]map[string]*value),
		vocabulary: reading.NewVocabulary(),
	}
	for _, a := range search.Attributes(which) {
		s.values[a] = make(map[string]*value)
	}
	return s
}

// put sets down a document at an ordinal that is free.
func (s *side) put(ordinal uint32, d *document) {
	for int(ordinal) >= len(s.entries) {
		s.entries = append(s.entries, entry{})
	}
	e := entry{id: d.id, numbers: d.numbers}
	for attribute, names := range d.values {
		for _, name := range names {
			v := s.value(attribute, name)
			if v.has.CheckedAdd(ordinal) {
				e.values = append(e.values, v)
			}
		}
	}
	s.entries[ordinal] = e
	s.at[d.id] = ordinal
	s.live.Add(ordinal)
}

func (s *side) value(attribute search.Attribute, name string) *value {
	v := s.values[attribute][name]
	if v == nil {
		v = &value{attribute, name, roaring.New()}
		s.values[attribute][name] = v
	}
	return v
}

// drop takes away the document at an ordinal.
func (s *side) drop(ordinal uint32) {
	e := &s.entries[ordinal]
	for _, v := range e.values {
		v.has.Remove(ordinal)
		if v.has.IsEmpty() {
			delete(s.values[v.attribute], v.name)
		}
	}
	delete(s.at, e.id)
	s.live.Remove(ordinal)
	s.entries[ordinal] = entry{}
}

// having returns who has any of some values of an attribute; a new bitmap.
func having[T ~string](s *side, attribute search.Attribute, names []T) *roaring.Bitmap {
	sets := make([]*roaring.Bitmap, 0, len(names))
	for _, name := range names {
		if v := s.values[attribute][string(name)]; v != nil {
			sets = append(sets, v.has)
		}
	}
	return roaring.FastOr(sets...)
}
