package meili_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kopir/search"
	"kopir/search/meili"
	"kopir/search/searchtest"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// options returns those of an engine of a test's own, on the server that tests are given.
func options(t testing.TB) meili.Options {
	t.Helper()
	url := os.Getenv("KOPIR_TEST_MEILI_URL")
	if url == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("KOPIR_TEST_MEILI_URL is not set: Meilisearch must be tested here")
		}
		t.Skip("NOT TESTED ON MEILISEARCH: KOPIR_TEST_MEILI_URL is not set")
	}
	return meili.Options{
		URL: url, Key: os.Getenv("KOPIR_TEST_MEILI_KEY"), Prefix: prefix(), Clock: func() time.Time { return searchtest.Today().Time() },
	}
}

var engines atomic.Int64

func prefix() string {
	return fmt.Sprintf("t%s_%d_", strings.ReplaceAll(uuid.NewString(), "-", "")[:8], engines.Add(1))
}

// open returns an empty engine under the suite's catalogue, which is cleared away with the test.
func open(t testing.TB, change ...func(*meili.Options)) *meili.Engine {
	t.Helper()
	o := options(t)
	for _, c := range change {
		c(&o)
	}
	e, err := meili.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, e.Close())
		clearAway(t, o)
	})
	require.NoError(t, e.UseCatalogue(t.Context(), searchtest.Catalogue()))
	require.NoError(t, e.Rebuild(t.Context(), func(func(search.Batch) error) error { return nil }))
	return e
}

func TestEngine(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index { return open(t) })
}

// clearAway deletes the indexes and keys of a test.
func clearAway(t testing.TB, o meili.Options) {
	ctx := context.Background()
	client := meilisearch.New(o.URL, meilisearch.WithAPIKey(o.Key))
	list, err := client.ListIndexesWithContext(ctx, &meilisearch.IndexesQuery{Limit: 1000})
	require.NoError(t, err)
	for _, i := range list.Results {
		if strings.HasPrefix(i.UID, o.Prefix) {
			_, err := client.DeleteIndexWithContext(ctx, i.UID)
			require.NoError(t, err)
		}
	}
	keys, err := client.GetKeysWithContext(ctx, &meilisearch.KeysQuery{Limit: 1000})
	require.NoError(t, err)
	for _, k := range keys.Results {
		if strings.Contains(k.Name, o.Prefix) {
			_, err := client.DeleteKeyWithContext(ctx, k.UID)
			require.NoError(t, err)
		}
	}
}
