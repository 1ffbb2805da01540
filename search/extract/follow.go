package extract

import (
	"sync"

	"kopir/domain"
	"kopir/search/words"
)

// Following is the engine of the catalogue in force: a new edition is read by the first that asks after it came. Safe for
// concurrent use.
type Following struct {
	catalogue func() *domain.Catalogue

	mu     sync.Mutex
	of     *domain.Catalogue
	engine *Engine
}

var _ domain.Namer = (*Following)(nil)

// Follow returns an engine that follows a catalogue.
func Follow(catalogue func() *domain.Catalogue) *Following { return &Following{catalogue: catalogue} }

// Find is Engine.Find, in the catalogue in force.
func (f *Following) Find(text string) []domain.Mention { return f.current().Find(text) }

// Key returns words as what people say of them is remembered.
func (f *Following) Key(said string) string { return words.Key(said) }

// Language is the package's.
func (f *Following) Language(text string) domain.Language { return Language(text) }

func (f *Following) current() *Engine {
	c := f.catalogue()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of != c {
		f.of, f.engine = c, New(c)
	}
	return f.engine
}
