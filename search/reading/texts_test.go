package reading

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// several are words whose stem begins otherwise than they do, words of one letter, and plain ones.
var several = strings.Fields("сети серверов и C++ cpp c қауіпсіздік қызметкерлерді developers studying React.js докер k8s HTML5 ä 802.11 — сервер")

// What is kept shows what is cut anew, also when it is asked for again, and drives out what was there.
func TestKeptTextsHaveTheSameWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := &Catalogue{texts: newTexts(rapid.SampledFrom([]int{1, 20_000, mostKept}).Draw(rt, "most"))}
		for range 5 {
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(several), 0, 12).Draw(rt, "text"), " ")
			for range 2 {
				require.Equal(rt, words.Tokens(text), c.cut(text).tokens)
			}
		}
	})
}

// A text in which there is something to see is never passed over for how its words begin; most others are.
func TestHowWordsBeginHidesNone(t *testing.T) {
	asked, passed := 0, 0
	for _, said := range several {
		text := cutUp(said)
		for _, typed := range several {
			for _, token := range words.Tokens(typed) {
				terms := []Term{
					{Stems: []string{token.Stem}}, {Phrase: []string{token.Stem}}, {Labels: [][]string{{token.Stem}}}, {Run: []Term{{Stems: []string{token.Stem}}}},
				}
				letters := []rune(token.Fold)
				for n := range letters {
					terms = append(terms, Term{Prefixes: []string{string(letters[:n+1])}})
				}
				for _, term := range terms {
					r := Reading{Terms: []Term{term}}
					heads := r.heads()
					if r.mark(text.tokens) != nil {
						require.True(t, text.heads.meet(&heads), "%+v in %q", term, said)
					} else if asked++; !text.heads.meet(&heads) {
						passed++
					}
				}
			}
		}
	}
	require.Greater(t, passed, asked*3/4, "of %d", asked)
}

func TestKeptTextsAreBounded(t *testing.T) {
	texts := newTexts(64 << 10)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 500 {
				texts.cut(fmt.Sprintf("текст номер %d", (i*worker)%300))
			}
		})
	}
	wg.Wait()
	texts.cut(strings.Repeat("очень длинный текст ", 1000))
	require.LessOrEqual(t, texts.size, 64<<10)
	require.Greater(t, texts.kept.Len(), 20)
	size := 0
	for _, text := range texts.kept.Keys() {
		c, _ := texts.kept.Peek(text)
		size += weight(text, c)
	}
	require.Equal(t, size, texts.size)
}

// Showing where the words are on a page of twenty things, each with a description of forty words.
func BenchmarkHighlights(b *testing.B) {
	kinds := []string{"программирование", "безопасность", "сопровождение", "разработка", "управление", "аналитика", "тестирование"}
	text := func(page, i int) domain.Text {
		var said []string
		for j := range 40 {
			said = append(said, kinds[(i*j+j/3)%len(kinds)]+fmt.Sprint((page*i+j)%97))
		}
		return domain.Text{RU: strings.Join(said, " ")}
	}
	var pages [64][]search.Body
	for page := range pages {
		for i := range 20 {
			pages[page] = append(pages[page], search.Body{Title: domain.Text{RU: "Основы сетей"}, Description: text(page, i)})
		}
	}
	for _, c := range []struct {
		name  string
		pages int
		most  int
	}{{"shown before", 1, mostKept}, {"new", len(pages), 1}} {
		b.Run(c.name, func(b *testing.B) {
			known := &Catalogue{texts: newTexts(c.most)}
			r := Plain(known.Units("разработка сетей", nil))
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				for _, body := range pages[n%c.pages] {
					r.Highlights(body, domain.Russian, known)
				}
			}
		})
	}
}
