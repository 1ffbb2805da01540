package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kopir/domain"
	"kopir/search"
	"kopir/search/embedded"
	"kopir/search/reading"
	"kopir/search/searchtest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func programme(title string) search.Programme {
	return search.Programme{Programme: domain.Programme{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(title)), Status: domain.ProgrammePublished,
		ProgrammeTerms: domain.ProgrammeTerms{Title: domain.Text{RU: title}, Mode: domain.Online},
	}}
}

func programmes(titles ...string) search.Batch {
	var b search.Batch
	for _, title := range titles {
		b.Programmes = append(b.Programmes, programme(title))
	}
	return b
}

func total(t testing.TB, e *embedded.Engine, text string) int {
	t.Helper()
	r, err := e.Search(context.Background(), search.Query{Side: domain.ProgrammeSide, Words: text})
	require.NoError(t, err)
	return r.Total
}

func TestFilesAreThrownAway(t *testing.T) {
	files := func(dir string) []string {
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		return names
	}
	t.Run("what an earlier engine left is removed, what is not its own stays", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "words-1.db"), []byte("torn"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "words-9.db-wal"), []byte("torn"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "kopir.db"), []byte("dear"), 0o600))
		e, err := embedded.Open(embedded.Options{Dir: dir})
		require.NoError(t, err)
		require.NoError(t, e.Apply(t.Context(), programmes("Сети")))
		require.Equal(t, 1, total(t, e, "сети"))
		require.NoFileExists(t, filepath.Join(dir, "words-9.db-wal"))
		require.NoError(t, e.Close())
		require.Equal(t, []string{filepath.Join(dir, "kopir.db")}, files(dir))
	})
	t.Run("a rebuild leaves one index", func(t *testing.T) {
		dir := t.TempDir()
		e := open(t, embedded.Options{Dir: dir})
		for range 3 {
			require.NoError(t, e.Rebuild(t.Context(), func(apply func(search.Batch) error) error { return apply(programmes("Сети")) }))
		}
		bases, err := filepath.Glob(filepath.Join(dir, "*.db"))
		require.NoError(t, err)
		require.Len(t, bases, 1)
	})
	t.Run("the directory may have any name", func(t *testing.T) {
		e := open(t, embedded.Options{Dir: filepath.Join(t.TempDir(), "өз папка? 100% #1 [a]")})
		require.NoError(t, e.Apply(t.Context(), programmes("Сети")))
		require.Equal(t, 1, total(t, e, "сети"))
	})
	t.Run("the directory that it made itself goes too", func(t *testing.T) {
		t.Setenv("TMPDIR", t.TempDir())
		e, err := embedded.Open(embedded.Options{})
		require.NoError(t, err)
		require.Len(t, files(os.TempDir()), 1)
		require.NoError(t, e.Close())
		require.Empty(t, files(os.TempDir()))
	})
}

func TestClosedEngineIsUnavailable(t *testing.T) {
	e, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	require.NoError(t, e.Close())
	require.NoError(t, e.Close(), "twice is once")
	_, err = e.Search(t.Context(), search.Query{Side: domain.ProgrammeSide})
	require.Equal(t, domain.Unavailable, domain.KindOf(err))
	require.Equal(t, domain.Unavailable, domain.KindOf(e.Apply(t.Context(), search.Batch{})))
	_, err = e.Candidates(t.Context(), domain.CandidateQuery{Side: domain.DemandSide, Words: "x"})
	require.Equal(t, domain.Unavailable, domain.KindOf(err))
}

func TestTimeIsBounded(t *testing.T) {
	e := open(t, embedded.Options{Dir: t.TempDir()})
	require.NoError(t, e.Apply(t.Context(), programmes("Сети")))
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	t.Run("a search too late is Unavailable", func(t *testing.T) {
		for _, text := range []string{"", "сети"} {
			_, err := e.Search(late, search.Query{Side: domain.ProgrammeSide, Words: text, Limit: 1})
			require.Equal(t, domain.Unavailable, domain.KindOf(err))
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		_, err := e.Candidates(late, domain.CandidateQuery{Side: domain.ProgrammeSide, Words: "сети"})
		require.Equal(t, domain.Unavailable, domain.KindOf(err))
	})
	t.Run("a batch too late leaves no trace", func(t *testing.T) {
		require.Error(t, e.Apply(late, programmes("Базы")))
		require.Equal(t, 0, total(t, e, "базы"))
		require.Equal(t, 1, total(t, e, ""))
	})
	t.Run("a batch waits for a rebuild no longer than it may", func(t *testing.T) {
		require.NoError(t, e.Rebuild(t.Context(), func(apply func(search.Batch) error) error {
			require.ErrorIs(t, e.Apply(late, programmes("Базы")), context.DeadlineExceeded)
			return apply(programmes("Сети"))
		}))
	})
	t.Run("the engine goes on", func(t *testing.T) {
		require.NoError(t, e.Apply(t.Context(), programmes("Базы")))
		require.Equal(t, 1, total(t, e, "базы"))
	})
}

func TestBatchIsSeenWholeOrNotAtAll(t *testing.T) {
	e := open(t, embedded.Options{Dir: t.TempDir()})
	var there, gone search.Batch
	for i := range 20 {
		p := programme(fmt.Sprint("Сети ", i))
		there.Programmes = append(there.Programmes, p)
		gone.Gone = append(gone.Gone, p.ID)
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wrong := make(chan search.Result, 2)
	for range cap(wrong) {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := e.Search(context.Background(), search.Query{Side: domain.ProgrammeSide, Words: "сети", Limit: 50, Facets: []search.Attribute{search.Mode}})
				if errors.Is(err, context.DeadlineExceeded) {
					continue // a busy machine, not half a batch
				}
				if err != nil || r.Total%20 != 0 || len(r.Hits) != r.Total || r.Total > 0 && r.Facets[search.Mode][0].Count != 20 {
					t.Log(err)
					wrong <- r
					return
				}
			}
		})
	}
	for range 8 {
		require.NoError(t, e.Apply(t.Context(), there))
		require.NoError(t, e.Apply(t.Context(), there))
		require.NoError(t, e.Apply(t.Context(), gone))
	}
	close(stop)
	wg.Wait()
	require.Empty(t, wrong)
}

func TestCandidatesAreBounded(t *testing.T) {
	e := open(t, embedded.Options{Dir: t.TempDir(), MaxCandidates: 3})
	described := programme("Администрирование")
	described.Description = domain.Text{RU: "Сети и серверы"}
	batch := programmes("Сети раз", "Сети два", "Сети три")
	batch.Programmes = append([]search.Programme{described}, batch.Programmes...)
	require.NoError(t, e.Apply(t.Context(), batch))
	query := domain.CandidateQuery{Side: domain.ProgrammeSide, Words: "сети"}
	found, err := e.Candidates(t.Context(), query)
	require.NoError(t, err)
	require.False(t, found.Exact)
	require.Len(t, found.IDs, 3)
	require.NotContains(t, found.IDs, described.ID, "titles go first")
	require.NoError(t, e.Apply(t.Context(), search.Batch{Gone: []uuid.UUID{batch.Programmes[1].ID}}))
	found, err = e.Candidates(t.Context(), query)
	require.NoError(t, err)
	require.True(t, found.Exact, "exactly as many as may be")
	require.Len(t, found.IDs, 3)
}

func TestOnlySoManyWordsCount(t *testing.T) {
	e := open(t, embedded.Options{Dir: t.TempDir()})
	require.NoError(t, e.Apply(t.Context(), programmes("Сети")))
	require.Equal(t, 1, total(t, e, strings.Repeat("сети ", reading.MaxWords)+"гидропоника"))
	require.Equal(t, 0, total(t, e, strings.Repeat("сети ", reading.MaxWords-1)+"гидропоника"))
}

func TestWordsAreRead(t *testing.T) {
	e := open(t, embedded.Options{Dir: t.TempDir()})
	require.NoError(t, e.Apply(t.Context(), programmes("Язык C для начинающих", "CSS и вёрстка", "Kubernetes", "Резюме: пишем вместе")))
	for _, c := range []struct {
		why, text string
		want      int
	}{
		{"a letter alone is a name", "c", 1},
		{"two letters begin a word", "cs", 1},
		{"unless a space follows them", "cs ", 0},
		{"a beginning counts for the last word only", "вёрст css", 0},
		{"the last word is mended while it is typed", "кубернет", 1},
		{"in the other alphabet, with an error", "kubernetis", 1},
		{"a word in quotes is not the beginning of another", `"kubern"`, 0},
		{"nor mended", `"kubernetis"`, 0},
		{"it is found in any form", `"начинающим"`, 1},
		{"quotation marks of any kind", "«язык c»", 1},
		{"a hyphen is as good as a space", "язык-c", 1},
	} {
		require.Equal(t, c.want, total(t, e, c.text), "%s: %s", c.why, c.text)
	}
}

func FuzzWords(f *testing.F) {
	e := open(f, embedded.Options{Dir: f.TempDir()})
	require.NoError(f, e.UseCatalogue(f.Context(), searchtest.Catalogue()))
	bodies := make(map[uuid.UUID]search.Body)
	for _, b := range []search.Batch{searchtest.Generate(3, 20), programmes("C++ и C#", ".NET «вглубь»", "node.js AND react", `кавычки " внутри`)} {
		require.NoError(f, e.Apply(f.Context(), b))
		maps.Copy(bodies, searchtest.Bodies(b))
	}
	for _, seed := range []string{"", "c++", `"`, `"a b" c`, "AND OR NOT", "NEAR(a b)", "a*", "^a", "{title}: x", "\x00", "\xff", "«»", "a\u0301", "ﬁ", "\ue02b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
			r, err := e.Search(context.Background(), search.Query{Side: side, Words: text, Limit: 5, Language: domain.Russian})
			require.NoError(t, err)
			for _, h := range r.Hits {
				for _, highlight := range h.Highlights(bodies[h.ID]) {
					requireSound(t, highlight)
				}
			}
		}
		_, _, err := e.Competences(context.Background(), search.CompetenceQuery{Words: text, Limit: 5})
		require.NoError(t, err)
	})
}

func requireSound(t *testing.T, h search.Highlight) {
	t.Helper()
	match := false
	for _, f := range h.Fragments {
		require.NotEmpty(t, f.Text)
		match = match || f.Match
	}
	require.True(t, match, "%+v", h)
}
