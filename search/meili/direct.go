package meili

import (
	"context"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/meilisearch/meilisearch-go"
)

// tokenLife is how long a browser may search with one token: what is hidden meanwhile it may still be shown so long.
const tokenLife = 5 * time.Minute

// Token returns what lets a browser search Meilisearch directly until it ends: what is published, demands that have not
// run out, and competences. It returns NotFound if browsers cannot reach Meilisearch, Unavailable if Meilisearch cannot
// be reached to learn the key that signs.
func (e *Engine) Token(ctx context.Context, now time.Time) (search.DirectAccess, error) {
	if e.options.PublicURL == "" {
		return search.DirectAccess{}, domain.Fail(domain.NotFound, domain.CodeNotFound)
	}
	s, err := guarded(ctx, e, e.searcher)
	if err != nil {
		return search.DirectAccess{}, err
	}
	out := search.DirectAccess{URL: e.options.PublicURL, ExpiresAt: now.Add(tokenLife).Truncate(time.Second), Indexes: make(map[string]string)}
	rules := make(map[string]any)
	for _, index := range []string{demandIndex, programmeIndex, competenceIndex} {
		out.Indexes[index] = e.live(index)
		rules[e.live(index)] = map[string]any{}
	}
	rules[e.live(demandIndex)] = map[string]any{"filter": string(atLeast("valid_through", domain.DateOf(now)))}
	out.Token, err = s.GenerateTenantToken(s.uid, rules, &meilisearch.TenantTokenOptions{APIKey: s.key, ExpiresAt: out.ExpiresAt})
	return out, err
}
